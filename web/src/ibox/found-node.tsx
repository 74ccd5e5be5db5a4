import type { Node } from '@diwan/protocol/ibox.ts';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import classes from './entries.module.css';
import { NodeIcon } from './node-icon.tsx';
import { NodeName } from './node-name.tsx';

/** A file or folder outside its folder, with the way there. */
export function FoundNode(props: {
  node: Node;
  place: readonly { id: string; name: string }[];
  onView: (node: Node) => void;
  children?: ReactNode;
}) {
  const { t } = useTranslation('ibox');
  const { node, place } = props;
  const folder = place.at(-1);
  const names = place.map(({ name }, index) => (index === 0 ? t('root') : name)).join(' / ');
  return (
    <li className={classes.entry}>
      <NodeIcon node={node} />
      <div className={classes.words}>
        <NodeName node={node} tabIndex={0} className={classes.name} onOpen={() => props.onView(node)} />
        {folder && (
          <Link className={classes.place} to={place.length === 1 ? '/files' : `/files/${folder.id}`}>
            {t('search.in')} <bdi>{names}</bdi>
          </Link>
        )}
      </div>
      {props.children}
    </li>
  );
}
