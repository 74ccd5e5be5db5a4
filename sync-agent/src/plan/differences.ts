import { splitPath } from './identify.ts';
import type { Doubts, Whole } from './narrow.ts';
import { type BaseNode, identityOf, type Key } from './tree.ts';

/**
 * Where hub, machine and agreement differ, from nothing that is remembered: folder by folder, so that it takes no memory.
 * @param differing nodes that the agreement and the hub do not have alike
 * @param learn is told which node each folder is that lies where it was agreed
 */
export function findDifferences(
  { root, base, disk }: Pick<Whole, 'root' | 'base' | 'disk'>,
  differing: Iterable<Key>,
  learn: (key: Key, path: string) => void,
): Doubts {
  const keys = new Set(differing);
  const folders = new Set<string>();
  compare(root, '');
  return { keys, folders };

  function compare(key: Key, path: string): void {
    learn(key, path);
    const agreed = new Map(base.childrenOf(key).map((node) => [node.name, node]));
    for (const entry of disk.in(path)) {
      const node = agreed.get(entry.name.normalize('NFC'));
      const isSame =
        node?.kind === entry.kind &&
        node.stat !== null &&
        identityOf(node.stat) === identityOf(entry.stat) &&
        node.sha256 === entry.sha256 &&
        (entry.executable ?? node.executable) === node.executable;
      if (isSame) agreed.delete(node.name);
      else folders.add(path);
      if (entry.kind !== 'folder') continue;
      if (isSame) compare(node.key, entry.path);
      else fresh(entry.path);
    }
    for (const node of agreed.values()) missing(node);
    if (agreed.size > 0) folders.add(path);
    for (const [at] of disk.unknownIn(path)) folders.add(splitPath(at)[0]);
  }

  /** All folders under one that nothing is known of. */
  function fresh(path: string): void {
    folders.add(path);
    for (const entry of disk.in(path)) if (entry.kind === 'folder') fresh(entry.path);
  }

  function missing({ key, kind }: BaseNode): void {
    keys.add(key);
    if (kind === 'folder') for (const child of base.childrenOf(key)) missing(child);
  }
}
