import type { Node } from '@diwan/protocol/ibox.ts';
import { Link } from 'react-router';

/** The name of a node, which opens it: a folder by its address, a file in the viewer. */
export function NodeName(props: { node: Node; tabIndex: number; className?: string | undefined; onOpen: () => void }) {
  const { node, tabIndex, className, onOpen } = props;
  const words = <bdi>{node.name}</bdi>;
  return node.kind === 'folder' ? (
    <Link
      data-name
      className={className}
      to={`/files/${node.mount?.rootId ?? node.id}`}
      tabIndex={tabIndex}
      title={node.name}
      draggable={false}
    >
      {words}
    </Link>
  ) : (
    <button data-name type="button" className={className} tabIndex={tabIndex} title={node.name} onClick={onOpen}>
      {words}
    </button>
  );
}
