import type { Stat } from '../plan/tree.ts';

/** What lies at a path: the thing itself, not what a link points to. */
export interface Entry {
  kind: 'file' | 'folder' | 'symlink' | 'special';
  /** Number of the file system it is on. */
  device: number;
  /** How many names it has. */
  links: number;
  stat: Stat;
  /** null: no file, or a disk that keeps no such thing. */
  executable: boolean | null;
}

export interface OpenFile {
  stat(): Promise<Stat>;
  /** Reads at `position`, or on from where the last read ended. @returns bytes read, 0 at the end */
  read(into: Uint8Array, position?: number): Promise<number>;
  /** Writes all of it on from where the last write ended. */
  write(bytes: Uint8Array): Promise<void>;
  /** Modification time, in ms since the epoch. */
  setMtime(ms: number): Promise<void>;
  /** Returns once what was written would survive a power cut (fsync). */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/**
 * The file system under the synchronised folders, as the agent uses it. Errors are Node's, with their `code` (ENOENT, EEXIST, …).
 * Names are on the disk for good once `syncFolder` of their folder has returned.
 */
export interface Disk {
  look(path: string): Entry | undefined;
  /** The names in a folder. */
  list(path: string): string[];
  /** `create` refuses what is there; `append` goes on at its end, and makes it when it is not there. */
  open(path: string, mode: 'read' | 'create' | 'append'): Promise<OpenFile>;
  mkdir(path: string): Promise<void>;
  rmdir(path: string): Promise<void>;
  /** Replaces what is at `to`. Refuses (ESTALE) when not exactly `expected` is there, by a look in the very moment before. */
  rename(from: string, to: string, expected?: Stat): Promise<void>;
  /** A second name for a file; refuses what is there. */
  link(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  /** Lets all who may read a file run it, or nobody; on the disk for good once it returns. */
  setExecutable(path: string, executable: boolean): Promise<void>;
  syncFolder(path: string): Promise<void>;
}

export const isCode = (error: unknown, ...codes: string[]) =>
  codes.includes(String((error as NodeJS.ErrnoException | undefined)?.code));
