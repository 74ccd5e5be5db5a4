import type { LinkNode } from '@diwan/protocol/ibox-links.ts';
import { previewedTypes } from '@diwan/protocol/ibox-previews.ts';
import { useState } from 'react';
import { NodeIcon } from '../ibox/node-icon.tsx';
import { previewOf } from './visit.ts';

/** The small picture in a file, or the icon of what it is. The name stands beside it. */
export function LinkThumbnail(props: { token: string; node: LinkNode; size: number; className: string | undefined }) {
  const { token, node, size, className } = props;
  const [failed, setFailed] = useState(false);
  const pictured = node.kind === 'file' && previewedTypes.includes(node.mediaType ?? '');
  if (!pictured || failed) return <NodeIcon node={node} size={size} />;
  return (
    <img
      className={className}
      src={`${previewOf(token, node.id, 256)}&v=${node.changedAt}`}
      alt=""
      loading="lazy"
      decoding="async"
      onError={() => setFailed(true)}
    />
  );
}
