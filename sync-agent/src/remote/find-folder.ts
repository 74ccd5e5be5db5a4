import { type Node, NodeView, Space, WholeNodePage } from '@diwan/protocol/ibox.ts';
import { z } from 'zod';
import { hubNameKey } from '../plan/names.ts';
import type { Client } from './client.ts';

/** A folder on the hub, of the personal space or of a shared one. */
export interface HubFolder {
  spaceId: string;
  id: string;
  /** From where it was looked for; '' there itself. */
  path: string;
  /** Only a reader's. */
  isReadOnly: boolean;
}

const childrenPath = (id: string) => `/api/ibox/nodes/${encodeURIComponent(id)}/children`;

/** The folders in one, by name. @throws {Refused | Unreachable} */
export async function foldersIn(client: Client, id: string): Promise<Node[]> {
  const folders: Node[] = [];
  for (let after: string | undefined; ; ) {
    const { nodes, next } = await client.ask(WholeNodePage, childrenPath(id), { query: { after, limit: 500 } });
    folders.push(...nodes.filter(({ kind }) => kind === 'folder'));
    if (next === null || nodes.at(-1)?.kind === 'file') return folders;
    after = next;
  }
}

/** The account's own space, from its root. @throws {Refused | Unreachable} */
export async function personalRoot(client: Client): Promise<HubFolder> {
  const spaces = await client.ask(z.array(Space), '/api/ibox/spaces');
  const space = spaces.find(({ kind }) => kind === 'personal');
  if (!space) throw new Error('no personal space');
  return { spaceId: space.id, id: space.rootId, path: '', isReadOnly: false };
}

/** `Dossier/Rapports` from a folder on; undefined when there is none. Where a shared folder shows, it goes on in there. @throws {Refused | Unreachable} */
export async function findFolder(client: Client, from: HubFolder, path: string): Promise<HubFolder | undefined> {
  let at = from;
  for (const name of path.split('/').filter((part) => part !== '' && part !== '.')) {
    const wanted = hubNameKey(name);
    const found = (await foldersIn(client, at.id)).find((node) => hubNameKey(node.name) === wanted);
    if (!found) return undefined;
    const { id, mount } = found;
    const here = { path: at.path === '' ? found.name : `${at.path}/${found.name}` };
    at = mount ? { ...at, ...here, spaceId: mount.spaceId, id: mount.rootId } : { ...at, ...here, id };
  }
  if (at.spaceId === from.spaceId) return at;
  const spaces = await client.ask(z.array(Space), '/api/ibox/spaces');
  return { ...at, isReadOnly: spaces.find(({ id }) => id === at.spaceId)?.role === 'reader' };
}

/** Where a folder is, from another on down; undefined when it is not there any more, or not in it. @throws {Refused | Unreachable} */
export async function pathFrom(client: Client, top: string, id: string): Promise<string | undefined> {
  const view = await client.ask(NodeView, `/api/ibox/nodes/${encodeURIComponent(id)}`);
  const above = view.ancestors.findIndex((node) => node.id === top);
  if (above === -1) return undefined;
  return [...view.ancestors.slice(above + 1), view.node].map(({ name }) => name).join('/');
}
