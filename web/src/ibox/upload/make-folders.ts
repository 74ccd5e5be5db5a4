import type { CommitAnswer, CommitRequest } from '@diwan/protocol/ibox-chunks.ts';
import { localProblem } from '../../wire/problem.ts';
import { pathKey } from './picked.ts';

const foldersAtOnce = 1000;

/** A folder on the hub, or why there is none. */
export type Made = { id: string } | { error: unknown };

/**
 * Makes folders, or takes those that are there.
 * @param folders parents first
 * @returns by pathKey, with the outermost as ''
 */
export async function makeFolders(
  outermost: string,
  folders: readonly (readonly string[])[],
  commit: (operations: CommitRequest['operations']) => Promise<CommitAnswer>,
): Promise<Map<string, Made>> {
  const made = new Map<string, Made>([['', { id: outermost }]]);
  for (let at = 0; at < folders.length; at += foldersAtOnce) {
    const some = folders.slice(at, at + foldersAtOnce);
    const places = new Map(some.map((path, place) => [pathKey(path), place]));
    const parentOf = (path: readonly string[]) => {
      const parent = pathKey(path.slice(0, -1));
      const before = made.get(parent);
      // One that could not be made has no id: what belongs into it fails with it, as the parent is not found.
      return before ? ('id' in before ? before.id : '-') : `#${places.get(parent)}`;
    };
    const { outcomes } = await commit(
      some.map((path) => ({
        op: 'folder' as const,
        parentId: parentOf(path),
        name: path.at(-1) as string,
        onConflict: 'merge' as const,
      })),
    );
    for (const [place, path] of some.entries()) {
      const outcome = outcomes[place];
      const parent = made.get(pathKey(path.slice(0, -1)));
      if (outcome?.ok && outcome.node) made.set(pathKey(path), { id: outcome.node.id });
      else if (parent && 'error' in parent) made.set(pathKey(path), parent);
      else made.set(pathKey(path), { error: localProblem(outcome && !outcome.ok ? outcome.code : 'internal', 409) });
    }
  }
  return made;
}
