import { createHash, hash, randomUUID } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Node } from '@diwan/protocol/ibox.ts';
import { type Disk, isCode } from '../disk/disk.ts';
import type { Place } from '../plan/merge.ts';
import { OWN_FOLDER } from '../plan/names.ts';
import type { RemoteNode, Stat } from '../plan/tree.ts';
import { remoteNode } from '../remote/changes.ts';
import { type Client, Refused, Unreachable } from '../remote/client.ts';
import { recheck, Stale } from './change-disk.ts';

const IN_MEMORY = 1024 * 1024;

/** Fetches one version's bytes into a temporary file of the same file system: checked, on the disk, with its mtime. */
export async function download(
  { client, disk, root, signal }: { client: Client; disk: Disk; root: string; signal?: AbortSignal | undefined },
  node: RemoteNode,
): Promise<string> {
  const folder = join(root, OWN_FOLDER, 'tmp');
  const path = join(folder, randomUUID());
  if (!disk.look(folder)) await disk.mkdir(folder);
  const file = await disk.open(path, 'create');
  try {
    const response = await client.request(`/api/ibox/nodes/${encodeURIComponent(node.key)}/content`, {
      query: { version: node.version },
      signal,
    });
    const sum = createHash('sha256');
    try {
      for await (const piece of response.body ?? []) {
        sum.update(piece);
        await file.write(piece);
      }
    } catch (error) {
      throw (error as NodeJS.ErrnoException).syscall ? error : new Unreachable(String(error));
    }
    if (sum.digest('hex') !== node.sha256) throw new Refused({ code: 'content_corrupt', title: '', detail: node.name });
    if (node.mtime !== null) await file.setMtime(node.mtime);
    await file.sync();
    await file.close();
    return path;
  } catch (error) {
    await file.close().catch(() => {});
    await removeTemporary(disk, path);
    throw error;
  }
}

/** One that is gone already is as good. */
export async function removeTemporary(disk: Disk, path: string): Promise<void> {
  await disk.unlink(path).catch((error) => {
    if (!isCode(error, 'ENOENT')) throw error;
  });
}

export interface Upload {
  path: string;
  stat: Stat;
  sha256: string;
  to: Place;
  /** The node that gets a new version; undefined makes a new one. */
  replaces: RemoteNode | undefined;
}

/**
 * Sends a file as it was when it was hashed: the hub refuses bytes that hash otherwise, so a file that is being written
 * never arrives torn. The key makes a repeated try answer the first result.
 * @throws {Stale} when the file changed meanwhile
 */
export async function upload(
  { client, disk, signal }: { client: Client; disk: Disk; signal?: AbortSignal | undefined },
  { path, stat, sha256, to, replaces }: Upload,
): Promise<RemoteNode> {
  recheck(disk, path, { kind: 'file', stat });
  const body = async () => {
    if (stat.size > IN_MEMORY) return openAsBlob(path);
    const bytes = await readFile(path);
    if (hash('sha256', bytes, 'hex') !== sha256) throw new Stale(`changed: ${path}`);
    return bytes;
  };
  const at = replaces
    ? `/api/ibox/nodes/${encodeURIComponent(replaces.key)}/content`
    : `/api/ibox/nodes/${encodeURIComponent(to.parent)}/files/${encodeURIComponent(to.name)}`;
  try {
    const node = await client.ask(Node, at, {
      method: 'PUT',
      query: { mtime: Math.max(0, Math.floor(stat.mtimeMs)), baseVersion: replaces?.version },
      headers: {
        'Content-Type': 'application/octet-stream',
        'Content-SHA256': sha256,
        'Idempotency-Key': randomUUID(),
      },
      body,
      signal,
    });
    return remoteNode(node);
  } catch (error) {
    // Whatever went wrong: if the file is another one by now, that is why.
    if (!(error instanceof Refused) || error.code === 'upload_incomplete') recheck(disk, path, { kind: 'file', stat });
    throw error;
  }
}
