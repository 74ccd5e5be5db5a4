import type { Node } from '@diwan/protocol/ibox.ts';
import { previewedTypes } from '@diwan/protocol/ibox-previews.ts';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ensureFreshSession } from '../wire/http.ts';
import { NodeIcon } from './node-icon.tsx';
import { previewUrl } from './viewer-kind.ts';

/** Less than a session's answers are good for. */
const freshMs = 4 * 60_000;

/** The picture in a file, or the icon of what it is. The file's name stands beside it: it says nothing to a screen reader. */
export function Thumbnail({ node, size, className }: { node: Node; size: number; className?: string | undefined }) {
  const [failed, setFailed] = useState('');
  const pictured = node.kind === 'file' && previewedTypes.includes(node.mediaType ?? '');
  // The browser fetches pictures by itself and can't renew a session.
  const session = useQuery({
    queryKey: ['viewer', 'session'],
    queryFn: () => ensureFreshSession().then(() => true),
    staleTime: freshMs,
    refetchInterval: freshMs,
    enabled: pictured,
  });
  const address = `${previewUrl(node.id, 256)}&v=${node.version}`;
  if (!pictured || session.data === undefined || failed === address) return <NodeIcon node={node} size={size} />;
  return (
    <img
      className={className}
      src={address}
      alt=""
      loading="lazy"
      decoding="async"
      draggable={false}
      onError={() => setFailed(address)}
    />
  );
}
