import type { Node, NodeView } from '@diwan/protocol/ibox.ts';
import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../ui/format.ts';
import classes from './details-panel.module.css';
import { fileKind } from './file-kind.ts';
import { NodeNotes } from './node-notes.tsx';
import { Thumbnail } from './thumbnail.tsx';

/** What a file or folder is. */
export function AboutNode({ node, view }: { node: Node; view: NodeView }) {
  const { t } = useTranslation(['browse', 'ibox']);
  const format = useFormats();
  const isFolder = node.kind === 'folder';
  const above = node.id === view.node.id ? view.ancestors : [...view.ancestors, view.node];
  const place = above.map(({ name }, index) => (index === 0 ? t('ibox:root') : name)).join(' / ');
  return (
    <>
      <div className={classes.picture}>
        <Thumbnail node={node} size={72} className={classes.thumbnail} />
      </div>
      <NodeNotes node={node} />
      <dl className={classes.facts}>
        <Fact name={t('about.type')}>{t(`kind.${fileKind(node)}`)}</Fact>
        {!isFolder && <Fact name={t('about.size')}>{format.size(node.size)}</Fact>}
        {place !== '' && (
          <Fact name={t('about.place')}>
            <bdi>{place}</bdi>
          </Fact>
        )}
        <Fact name={t('about.changed')}>{format.dateTime(node.changedAt)}</Fact>
        <Fact name={t('about.changedBy')}>
          <bdi>{node.changedBy}</bdi>
        </Fact>
        <Fact name={t('about.created')}>{format.dateTime(node.createdAt)}</Fact>
        {node.mtime !== null && <Fact name={t('about.mtime')}>{format.dateTime(node.mtime)}</Fact>}
        {!isFolder && <Fact name={t('about.version')}>{node.version}</Fact>}
      </dl>
    </>
  );
}

/** What several have together. */
export function AboutSeveral({ nodes }: { nodes: readonly Node[] }) {
  const { t } = useTranslation(['browse', 'ibox']);
  const format = useFormats();
  const files = nodes.filter(({ kind }) => kind === 'file');
  return (
    <dl className={classes.facts}>
      <Fact name={t('kind.folder')}>{nodes.length - files.length}</Fact>
      <Fact name={t('kind.other')}>{files.length}</Fact>
      <Fact name={t('about.size')}>{format.size(files.reduce((sum, { size }) => sum + size, 0))}</Fact>
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={classes.fact}>
      <Text component="dt" size="sm" c="dimmed">
        {name}
      </Text>
      <Text component="dd" size="sm" className={classes.value ?? ''}>
        {children}
      </Text>
    </div>
  );
}
