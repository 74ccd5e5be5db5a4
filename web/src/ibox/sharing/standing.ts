import type { Node, Space, SpaceRole } from '@diwan/protocol/ibox.ts';

/** What can be shared, as far as sharing needs to know it. */
export type Shareable = Pick<Node, 'id' | 'kind' | 'name' | 'spaceId' | 'mount'>;

/** How a file or folder stands as to sharing with persons. */
export type Standing = {
  /** `shared`: a shared space of its own; `within`: in one; `own`: in the personal space; `root`: all of the personal space. */
  as: 'shared' | 'within' | 'own' | 'root';
  /** The shared space that it is or lies in. */
  space: Space | undefined;
  /** What the person may do there. */
  role: SpaceRole;
};

export function standingOf(node: Shareable, spaces: readonly Space[]): Standing {
  // A folder that was just shared is a root now, whatever space it was seen in.
  const rooted = spaces.find((space) => space.rootId === (node.mount?.rootId ?? node.id));
  const space = rooted ?? spaces.find(({ id }) => id === node.spaceId);
  if (space === undefined) return { as: 'own', space: undefined, role: 'reader' };
  if (space.kind === 'personal') return { as: rooted ? 'root' : 'own', space: undefined, role: space.role };
  return { as: rooted ? 'shared' : 'within', space, role: space.role };
}

/** Whether anything may be changed where the node lies. A mount is the person's own. */
export const mayWrite = (spaceId: string, spaces: readonly Space[]): boolean =>
  spaces.find(({ id }) => id === spaceId)?.role !== 'reader';

/** A shared space as what the share dialog is about. */
export const rootOf = ({ id, rootId, name }: Space): Shareable => ({ id: rootId, kind: 'folder', name, spaceId: id });
