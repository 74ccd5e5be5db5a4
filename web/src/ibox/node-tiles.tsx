import { Checkbox, VisuallyHidden } from '@mantine/core';
import { useElementSize, useMergedRef } from '@mantine/hooks';
import { useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../ui/format.ts';
import type { Browse } from './browse.ts';
import { NodeMarks } from './node-marks.tsx';
import { NodeName } from './node-name.tsx';
import { MoreButton, type NodeProps } from './node-row.tsx';
import classes from './node-tiles.module.css';
import { Thumbnail } from './thumbnail.tsx';
import { useBrowseKeyboard } from './use-browse-keyboard.ts';
import { useNodeGestures } from './use-node-gestures.ts';
import { usePageRows } from './use-page-rows.ts';

/** The least width of a tile and the height of a row of them, in CSS pixels. */
const tile = { width: 158, height: 220 };

/** A folder as tiles with pictures; rows of them come and go as the page scrolls. */
export function NodeTiles({ browse }: { browse: Browse }) {
  const { t } = useTranslation('browse');
  const keysHint = useId();
  const body = useRef<HTMLTableSectionElement>(null);
  const measured = useElementSize<HTMLTableSectionElement>();
  const ref = useMergedRef(body, measured.ref);
  const { nodes, selection } = browse;
  const columns = Math.max(2, Math.floor(measured.width / tile.width));
  const active = nodes.findIndex(({ id }) => id === (selection.active ?? nodes[0]?.id));
  const page = usePageRows(body, Math.ceil(nodes.length / columns), tile.height, Math.floor(active / columns));
  const keyboard = useBrowseKeyboard(browse, body, { columns, rows: page.inSight }, (index) =>
    page.scrollTo(Math.floor(index / columns)),
  );
  return (
    <table
      // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: its cells act (ARIA APG, data grid)
      role="grid"
      aria-label={browse.label}
      aria-describedby={keysHint}
      aria-multiselectable
      aria-rowcount={Math.ceil(nodes.length / columns)}
      aria-colcount={columns}
      className={classes.grid}
    >
      <caption id={keysHint}>
        <VisuallyHidden>{t('keys')}</VisuallyHidden>
      </caption>
      <tbody ref={ref} className={classes.body} style={{ blockSize: page.total }} onKeyDown={keyboard.onKeyDown}>
        {page.rows.map(({ index, offset }) => (
          <tr
            key={index}
            aria-rowindex={index + 1}
            className={classes.row}
            style={{
              blockSize: tile.height,
              transform: `translateY(${offset}px)`,
              gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
            }}
          >
            {nodes.slice(index * columns, (index + 1) * columns).map((node) => (
              <NodeTile key={node.id} node={node} browse={browse} stop={node.id === keyboard.stop} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function NodeTile({ node, browse, stop }: NodeProps) {
  const { t } = useTranslation('ibox');
  const format = useFormats();
  const { chosen, over, dragged, handlers } = useNodeGestures(node, browse);
  const tabIndex = stop ? 0 : -1;
  return (
    <td
      // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: what is in it acts (ARIA APG, data grid)
      role="gridcell"
      data-id={node.id}
      aria-label={node.name}
      aria-selected={chosen}
      data-over={over}
      data-dragged={dragged}
      tabIndex={tabIndex}
      className={classes.tile}
      {...handlers}
    >
      <span className={classes.marks}>
        <NodeMarks node={node} marks={browse.marks} />
      </span>
      <div className={classes.picture}>
        <Thumbnail node={node} size={64} className={classes.thumbnail} />
      </div>
      <Checkbox
        className={classes.check ?? ''}
        size="md"
        aria-label={t('selectOne', { name: node.name })}
        checked={chosen}
        tabIndex={tabIndex}
        onChange={() => browse.onSelect({ pick: node.id, how: 'toggle' })}
      />
      <div className={classes.foot}>
        <div className={classes.words}>
          <NodeName
            node={node}
            tabIndex={tabIndex}
            className={classes.name}
            onOpen={() => browse.onAction('open', node)}
          />
          <span className={classes.small}>{node.kind === 'file' && format.size(node.size)}</span>
        </div>
        <MoreButton node={node} browse={browse} tabIndex={tabIndex} />
      </div>
    </td>
  );
}
