import { createHash, hash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type Disk, isCode, type OpenFile } from '../disk/disk.ts';
import { reached } from '../failpoints.ts';
import { OWN_FOLDER } from '../plan/names.ts';
import type { RemoteNode } from '../plan/tree.ts';
import { type Client, Refused, Unreachable } from '../remote/client.ts';

interface Where {
  disk: Disk;
  root: string;
}

/** A whole content in memory, into a temporary file of the same file system: checked, on the disk, with its mtime. */
export async function keepBytes(where: Where, node: RemoteNode, bytes: Uint8Array): Promise<string> {
  if (hash('sha256', bytes, 'hex') !== node.sha256) throw corrupt(node);
  return written(where, node, (file) => file.write(bytes));
}

/** Fetches one version by itself. @throws {Refused | Unreachable} */
export async function fetchWhole(
  { client, signal, ...where }: Where & { client: Client; signal?: AbortSignal | undefined },
  node: RemoteNode,
): Promise<string> {
  const path = `/api/ibox/nodes/${encodeURIComponent(node.key)}/content`;
  const response = await client.request(path, { query: { version: node.version }, signal });
  return written(where, node, async (file) => {
    const sum = createHash('sha256');
    try {
      for await (const piece of response.body) {
        await client.takeIn?.(piece.length, signal);
        sum.update(piece);
        await file.write(piece);
      }
    } catch (error) {
      throw (error as NodeJS.ErrnoException).syscall || signal?.aborted ? error : new Unreachable(String(error));
    }
    if (sum.digest('hex') !== node.sha256) throw corrupt(node);
  });
}

async function written({ disk, root }: Where, node: RemoteNode, fill: (file: OpenFile) => Promise<void>) {
  const folder = join(root, OWN_FOLDER, 'tmp');
  const path = join(folder, randomUUID());
  if (!disk.look(folder))
    await disk.mkdir(folder).catch((error) => {
      if (!isCode(error, 'EEXIST')) throw error;
    });
  const file = await disk.open(path, 'create');
  reached('download.begun');
  try {
    await fill(file);
    reached('download.written');
    if (node.mtime !== null) await file.setMtime(node.mtime);
    await file.sync();
    await file.close();
    reached('download.synced');
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

const corrupt = ({ name }: RemoteNode) => new Refused({ code: 'content_corrupt', title: '', detail: name });
