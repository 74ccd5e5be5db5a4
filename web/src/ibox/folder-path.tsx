import type { NodeView } from '@diwan/protocol/ibox.ts';
import { IconChevronRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import classes from './folder-path.module.css';

/** Where a folder lies, from the root down. Without `onOpen` each step is a link. */
export function FolderPath({ view, onOpen }: { view: NodeView; onOpen?: (id: string) => void }) {
  const { t } = useTranslation('ibox');
  const steps = [...view.ancestors, view.node];
  const nameOf = (index: number, name: string) => (index === 0 ? t('root') : name);
  return (
    <nav aria-label={t('path')}>
      <ol className={classes.path}>
        {steps.map(({ id, name }, index) => (
          <li key={id} className={classes.step}>
            {index > 0 && <IconChevronRight size={16} stroke={1.6} aria-hidden className="mirrored" />}
            {id === view.node.id ? (
              <bdi aria-current="page" className={classes.here}>
                {nameOf(index, name)}
              </bdi>
            ) : onOpen ? (
              <button type="button" className={classes.link} onClick={() => onOpen(id)}>
                <bdi>{nameOf(index, name)}</bdi>
              </button>
            ) : (
              <Link className={classes.link} to={index === 0 ? '/files' : `/files/${id}`}>
                <bdi>{nameOf(index, name)}</bdi>
              </Link>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}
