import type { Node } from '@diwan/protocol/ibox.ts';
import { ActionIcon, Checkbox } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import type { CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../ui/format.ts';
import { type Browse, placeOf } from './browse.ts';
import { fileKind } from './file-kind.ts';
import classes from './node-list.module.css';
import { NodeMarks } from './node-marks.tsx';
import { NodeName } from './node-name.tsx';
import { Thumbnail } from './thumbnail.tsx';
import { useNodeGestures } from './use-node-gestures.ts';

export type NodeProps = { node: Node; browse: Browse; stop: boolean };

export function NodeRow(props: NodeProps & { index: number; style: CSSProperties }) {
  const { t } = useTranslation(['ibox', 'browse']);
  const format = useFormats();
  const { node, browse, stop } = props;
  const { chosen, over, dragged, handlers } = useNodeGestures(node, browse);
  const tabIndex = stop ? 0 : -1;
  const size = node.kind === 'folder' ? '' : format.size(node.size);
  const changed = format.dateTime(node.changedAt);
  return (
    <tr
      data-id={node.id}
      aria-rowindex={props.index + 2}
      aria-label={node.name}
      aria-selected={chosen}
      data-over={over}
      data-dragged={dragged}
      tabIndex={tabIndex}
      className={classes.row}
      style={props.style}
      {...handlers}
    >
      <td className={classes.check}>
        <Checkbox
          aria-label={t('selectOne', { name: node.name })}
          checked={chosen}
          tabIndex={tabIndex}
          onChange={() => browse.onSelect({ pick: node.id, how: 'toggle' })}
        />
      </td>
      <td className={classes.named}>
        <span className={classes.picture}>
          <Thumbnail node={node} size={24} className={classes.thumbnail} />
        </span>
        <div className={classes.words}>
          <div className={classes.line}>
            <NodeName
              node={node}
              tabIndex={tabIndex}
              className={classes.name}
              onOpen={() => browse.onAction('open', node)}
            />
            <NodeMarks node={node} marks={browse.marks} />
          </div>
          <span className={classes.small}>
            {size && <>{size} · </>}
            {changed}
          </span>
        </div>
      </td>
      <td className={classes.type}>{t(`browse:kind.${fileKind(node)}`)}</td>
      <td className={classes.size}>{size}</td>
      <td className={classes.changed}>
        <time dateTime={new Date(node.changedAt).toISOString()}>{changed}</time>
      </td>
      <td className={classes.menu}>
        <MoreButton node={node} browse={browse} tabIndex={tabIndex} />
      </td>
    </tr>
  );
}

/** Opens the menu of a node that the right button opens too. */
export function MoreButton({ node, browse, tabIndex }: { node: Node; browse: Browse; tabIndex: number }) {
  const { t } = useTranslation('ibox');
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size={36}
      tabIndex={tabIndex}
      aria-label={t('more', { name: node.name })}
      aria-haspopup="menu"
      onClick={(event) => browse.onMenu(node, placeOf(event.currentTarget))}
    >
      <IconDots size={20} stroke={1.7} />
    </ActionIcon>
  );
}
