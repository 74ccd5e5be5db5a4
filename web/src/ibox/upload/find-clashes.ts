import type { Node } from '@diwan/protocol/ibox.ts';
import { allFolders, type Picked, type PickedFile, pathKey } from './picked.ts';

/**
 * The files whose names are taken by files of the folders they go into. Of two that would go into one name, only the first
 * can take the place of what is there.
 * @param childrenOf all that is in a folder of the hub
 */
export async function findClashes(
  folderId: string,
  picked: Picked,
  childrenOf: (folderId: string) => Promise<Node[]>,
): Promise<PickedFile[]> {
  const filesIn = Map.groupBy(picked.files, ({ path }) => pathKey(path));
  const foldersIn = Map.groupBy(allFolders(picked), (path) => pathKey(path.slice(0, -1)));
  const clashes: PickedFile[] = [];
  const look = async (id: string, path: readonly string[]): Promise<void> => {
    const files = filesIn.get(pathKey(path)) ?? [];
    const folders = foldersIn.get(pathKey(path)) ?? [];
    const there = await childrenOf(id);
    const taken = new Set(there.filter(({ kind }) => kind === 'file').map(({ name }) => nameKey(name)));
    for (const picked of files) if (taken.delete(nameKey(picked.file.name))) clashes.push(picked);
    for (const folder of folders) {
      const key = nameKey(folder.at(-1) as string);
      const existing = there.find(({ kind, name }) => kind === 'folder' && nameKey(name) === key);
      if (existing) await look(existing.id, folder);
    }
  };
  await look(folderId, []);
  return clashes;
}

/** As the hub compares names: composed, and without regard to case. */
const nameKey = (name: string) => name.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC');
