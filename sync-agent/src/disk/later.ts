import { type Disk, isCode } from './disk.ts';

const AT_ONCE = 8;

/** A disk whose `syncFolder` is put off until `flush`: many changes in a folder, one sync. Nothing may be called durable before. */
export function syncingLater(disk: Disk): { disk: Disk; flush(): Promise<void> } {
  let folders = new Set<string>();
  return {
    disk: {
      look: (path) => disk.look(path),
      list: (path) => disk.list(path),
      open: (path, mode) => disk.open(path, mode),
      mkdir: (path) => disk.mkdir(path),
      rmdir: (path) => disk.rmdir(path),
      rename: (from, to, expected) => disk.rename(from, to, expected),
      link: (from, to) => disk.link(from, to),
      unlink: (path) => disk.unlink(path),
      setExecutable: (path, executable) => disk.setExecutable(path, executable),
      syncFolder: async (path) => void folders.add(path),
    },
    async flush() {
      const due = folders.values();
      folders = new Set();
      const lane = async () => {
        for (const folder of due)
          await disk.syncFolder(folder).catch((error) => {
            // Removed since: the sync of the folder that it was in tells so.
            if (!isCode(error, 'ENOENT')) throw error;
          });
      };
      await Promise.all(Array.from({ length: AT_ONCE }, lane));
    },
  };
}
