import { Checkbox, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { nextOrder, type Order } from './arrange.ts';
import type { Browse } from './browse.ts';
import classes from './node-list.module.css';
import { NodeRow } from './node-row.tsx';
import { useBrowseKeyboard } from './use-browse-keyboard.ts';
import { usePageRows, usePhone } from './use-page-rows.ts';

type Props = { browse: Browse; order: Order; onOrder: ((order: Order) => void) | undefined };

/** A folder as rows, of which only those in sight are in the document. */
export function NodeList({ browse, order, onOrder }: Props) {
  const { t } = useTranslation(['ibox', 'browse']);
  const keysHint = useId();
  const body = useRef<HTMLTableSectionElement>(null);
  const height = usePhone() ? 64 : 52;
  const { nodes, selection, onSelect } = browse;
  const active = nodes.findIndex(({ id }) => id === (selection.active ?? nodes[0]?.id));
  const page = usePageRows(body, nodes.length, height, active);
  const keyboard = useBrowseKeyboard(browse, body, { columns: 1, rows: page.inSight }, page.scrollTo);
  const all = selection.chosen.size === nodes.length;
  return (
    <table
      // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: its cells act (ARIA APG, data grid)
      role="grid"
      aria-label={browse.label}
      aria-describedby={keysHint}
      aria-multiselectable
      aria-rowcount={nodes.length + 1}
      className={classes.list}
    >
      <caption id={keysHint}>
        <VisuallyHidden>{t('browse:keys')}</VisuallyHidden>
      </caption>
      <thead>
        <tr aria-rowindex={1} className={classes.head}>
          <th className={classes.check}>
            <Checkbox
              aria-label={t('selectAll')}
              checked={all}
              indeterminate={selection.chosen.size > 0 && !all}
              onChange={() => onSelect(all ? 'none' : 'all')}
            />
          </th>
          <Column by="name" label={t('column.name')} order={order} onOrder={onOrder} />
          <Column by="type" label={t('browse:type')} order={order} onOrder={onOrder} className={classes.type} />
          <Column by="size" label={t('column.size')} order={order} onOrder={onOrder} className={classes.size} />
          <Column
            by="changed"
            label={t('column.changed')}
            order={order}
            onOrder={onOrder}
            className={classes.changed}
          />
          <th>
            <VisuallyHidden>{t('column.actions')}</VisuallyHidden>
          </th>
        </tr>
      </thead>
      <tbody ref={body} className={classes.body} style={{ blockSize: page.total }} onKeyDown={keyboard.onKeyDown}>
        {page.rows.map(({ index, offset }) => {
          const node = nodes[index];
          return (
            node && (
              <NodeRow
                key={node.id}
                node={node}
                index={index}
                browse={browse}
                stop={node.id === keyboard.stop}
                style={{ blockSize: height, transform: `translateY(${offset}px)` }}
              />
            )
          );
        })}
      </tbody>
    </table>
  );
}

function Column(props: {
  by: Order['by'];
  label: string;
  order: Order;
  onOrder: ((order: Order) => void) | undefined;
  className?: string | undefined;
}) {
  const { by, label, order, onOrder } = props;
  const Arrow = order.descending ? IconArrowDown : IconArrowUp;
  const here = order.by === by;
  return (
    <th
      scope="col"
      aria-sort={here && onOrder ? (order.descending ? 'descending' : 'ascending') : 'none'}
      className={props.className}
    >
      <UnstyledButton
        className={classes.column ?? ''}
        disabled={!onOrder}
        onClick={() => onOrder?.(nextOrder(order, by))}
      >
        {label}
        {here && onOrder && <Arrow size={15} stroke={2} aria-hidden />}
      </UnstyledButton>
    </th>
  );
}
