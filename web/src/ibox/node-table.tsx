import type { Node } from '@diwan/protocol/ibox.ts';
import { ActionIcon, Checkbox, Menu, VisuallyHidden } from '@mantine/core';
import {
  IconArrowsMove,
  IconCopy,
  IconDots,
  IconDownload,
  IconHistory,
  IconPencil,
  IconTrash,
} from '@tabler/icons-react';
import { type KeyboardEvent, type MouseEvent, useEffect, useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useFormats } from '../ui/format.ts';
import type { Selection, SelectionStep } from './model.ts';
import { NodeIcon } from './node-icon.tsx';
import classes from './node-table.module.css';

export type NodeAction = 'open' | 'download' | 'rename' | 'move' | 'copy' | 'versions' | 'delete';

type Props = {
  label: string;
  nodes: readonly Node[];
  selection: Selection;
  onSelect: (step: SelectionStep) => void;
  onAction: (action: NodeAction, node: Node) => void;
};

const arrows: Record<string, -1 | 1 | 'first' | 'last'> = { ArrowUp: -1, ArrowDown: 1, Home: 'first', End: 'last' };

/** The list of a folder. One stop of the Tab key; arrows inside, like a file manager. */
export function NodeTable({ label, nodes, selection, onSelect, onAction }: Props) {
  const { t } = useTranslation('ibox');
  const keysHint = useId();
  const body = useRef<HTMLTableSectionElement>(null);
  const { chosen, active } = selection;
  const stop = active ?? nodes[0]?.id;

  useEffect(() => {
    // The focus follows the keyboard's place, but is never drawn into the list from elsewhere.
    if (active === null || !body.current?.contains(document.activeElement)) return;
    body.current.querySelector<HTMLElement>(`tr[data-id="${CSS.escape(active)}"]`)?.focus();
  }, [active]);

  const onKeyDown = (event: KeyboardEvent) => {
    const row = event.target instanceof HTMLTableRowElement;
    const node = nodes.find((one) => one.id === stop);
    const arrow = arrows[event.key];
    if (arrow !== undefined) onSelect({ go: arrow, extend: event.shiftKey });
    else if (event.key === 'a' && (event.ctrlKey || event.metaKey)) onSelect('all');
    else if (event.key === 'Escape') onSelect('none');
    else if (event.key === ' ' && row) node && onSelect({ pick: node.id, how: 'toggle' });
    else if (event.key === 'Enter' && row) node && onAction('open', node);
    else if (event.key === 'F2') node && onAction('rename', node);
    else if (event.key === 'Delete') node && onAction('delete', node);
    else return;
    event.preventDefault();
  };

  return (
    <>
      <VisuallyHidden id={keysHint}>{t('keys')}</VisuallyHidden>
      <table className={classes.table} aria-label={label} aria-describedby={keysHint}>
        <thead>
          <tr>
            <th className={classes.check}>
              <Checkbox
                aria-label={t('selectAll')}
                checked={chosen.size === nodes.length}
                indeterminate={chosen.size > 0 && chosen.size < nodes.length}
                onChange={() => onSelect(chosen.size === nodes.length ? 'none' : 'all')}
              />
            </th>
            <th scope="col">{t('column.name')}</th>
            <th scope="col" className={classes.size}>
              {t('column.size')}
            </th>
            <th scope="col" className={classes.changed}>
              {t('column.changed')}
            </th>
            <th scope="col" className={classes.menu}>
              <VisuallyHidden>{t('column.actions')}</VisuallyHidden>
            </th>
          </tr>
        </thead>
        <tbody ref={body} onKeyDown={onKeyDown}>
          {nodes.map((node) => (
            <NodeRow
              key={node.id}
              node={node}
              chosen={chosen.has(node.id)}
              stop={node.id === stop}
              onSelect={onSelect}
              onAction={onAction}
            />
          ))}
        </tbody>
      </table>
    </>
  );
}

function NodeRow(props: { node: Node; chosen: boolean; stop: boolean } & Pick<Props, 'onSelect' | 'onAction'>) {
  const { t } = useTranslation('ibox');
  const format = useFormats();
  const { node, chosen, stop, onSelect, onAction } = props;
  const tabIndex = stop ? 0 : -1;
  const size = node.kind === 'folder' ? '' : format.size(node.size);
  const onClick = (event: MouseEvent) => {
    if (event.target instanceof Element && event.target.closest('a, button, input, label')) return;
    onSelect({ pick: node.id, how: event.shiftKey ? 'range' : event.ctrlKey || event.metaKey ? 'toggle' : 'only' });
  };
  return (
    <tr
      data-id={node.id}
      data-chosen={chosen}
      tabIndex={tabIndex}
      aria-label={node.name}
      className={classes.row}
      onClick={onClick}
      onDoubleClick={() => onAction('open', node)}
    >
      <td className={classes.check}>
        <Checkbox
          aria-label={t('selectOne', { name: node.name })}
          checked={chosen}
          tabIndex={tabIndex}
          onChange={() => onSelect({ pick: node.id, how: 'toggle' })}
        />
      </td>
      <td className={classes.nameCell}>
        <div className={classes.named}>
          <NodeIcon node={node} />
          <div className={classes.words}>
            {node.kind === 'folder' ? (
              <Link className={classes.name} to={`/files/${node.id}`} tabIndex={tabIndex}>
                <bdi>{node.name}</bdi>
              </Link>
            ) : (
              <button type="button" className={classes.name} tabIndex={tabIndex} onClick={() => onAction('open', node)}>
                <bdi>{node.name}</bdi>
              </button>
            )}
            <span className={classes.small}>
              {size && <>{size} · </>}
              {format.dateTime(node.changedAt)}
            </span>
          </div>
        </div>
      </td>
      <td className={classes.size}>{size}</td>
      <td className={classes.changed}>
        <time dateTime={new Date(node.changedAt).toISOString()}>{format.dateTime(node.changedAt)}</time>
      </td>
      <td className={classes.menu}>
        <Menu position="bottom-end" width={200}>
          <Menu.Target>
            <ActionIcon
              variant="subtle"
              color="gray"
              size={36}
              tabIndex={tabIndex}
              aria-label={t('more', { name: node.name })}
            >
              <IconDots size={20} stroke={1.7} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown onKeyDown={(event) => event.stopPropagation()}>
            <Menu.Item leftSection={<IconDownload size={18} />} onClick={() => onAction('download', node)}>
              {t('download')}
            </Menu.Item>
            <Menu.Item leftSection={<IconPencil size={18} />} onClick={() => onAction('rename', node)}>
              {t('rename')}
            </Menu.Item>
            <Menu.Item leftSection={<IconArrowsMove size={18} />} onClick={() => onAction('move', node)}>
              {t('move')}
            </Menu.Item>
            <Menu.Item leftSection={<IconCopy size={18} />} onClick={() => onAction('copy', node)}>
              {t('copy')}
            </Menu.Item>
            {node.kind === 'file' && (
              <Menu.Item leftSection={<IconHistory size={18} />} onClick={() => onAction('versions', node)}>
                {t('versions.open')}
              </Menu.Item>
            )}
            <Menu.Divider />
            <Menu.Item color="red" leftSection={<IconTrash size={18} />} onClick={() => onAction('delete', node)}>
              {t('delete')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </td>
    </tr>
  );
}
