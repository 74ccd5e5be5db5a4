/** A file that was dropped or chosen, with the names of the folders it is in, from the outermost. */
export interface PickedFile {
  path: readonly string[];
  file: File;
}

/** What was dropped or chosen at once. `folders` are paths too, empty ones included. */
export interface Picked {
  folders: readonly (readonly string[])[];
  files: readonly PickedFile[];
}

/** Names may hold any character but these. */
export const pathKey = (path: readonly string[]): string => path.join('/');

/** Files chosen by a button; those of a chosen folder say where in it they were. Browsers don't tell of its empty folders. */
export function pickedByButton(files: readonly File[]): Picked {
  const picked = files.map((file) => ({ file, path: file.webkitRelativePath.split('/').slice(0, -1) }));
  return { files: picked, folders: [] };
}

/** All folders of what was picked, each once, parents first. */
export function allFolders({ folders, files }: Picked): string[][] {
  const found = new Map<string, string[]>();
  for (const path of [...folders, ...files.map((file) => file.path)])
    for (let depth = 1; depth <= path.length; depth++) found.set(pathKey(path.slice(0, depth)), path.slice(0, depth));
  return [...found.values()].sort((a, b) => a.length - b.length);
}

/** Reads what was dropped, whole trees. To be called before the event is over: what it holds is taken away then. */
export function pickedByDrop(transfer: DataTransfer): Promise<Picked> {
  const entries = [...transfer.items]
    .filter(({ kind }) => kind === 'file')
    .map((item) => item.webkitGetAsEntry() ?? item.getAsFile())
    .filter((entry) => entry !== null);
  return readEntries(entries);
}

async function readEntries(entries: readonly (FileSystemEntry | File)[]): Promise<Picked> {
  const folders: string[][] = [];
  const files: PickedFile[] = [];
  const walk = async (entry: FileSystemEntry | File, path: string[]): Promise<void> => {
    if (entry instanceof File) files.push({ path, file: entry });
    else if (isFile(entry)) files.push({ path, file: await fileOf(entry) });
    else if (isFolder(entry)) {
      const inside = [...path, entry.name];
      folders.push(inside);
      await Promise.all((await childrenOf(entry)).map((child) => walk(child, inside)));
    }
  };
  for (const entry of entries) await walk(entry, []);
  return { folders, files };
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;

const fileOf = (entry: FileSystemFileEntry) => new Promise<File>((resolve, reject) => entry.file(resolve, reject));

/** A reader gives a folder's entries by the hundred, until it gives none. */
async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const children: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return children;
    children.push(...some);
  }
}
