import { createHash } from 'node:crypto';
import { HubError } from '@diwan/protocol/errors.ts';
import { previewedTypes, type TextPreview } from '@diwan/protocol/ibox-previews.ts';
import type { Db } from '../../db/database.ts';
import type { Actor } from '../../identity/actor.ts';
import type { ObjectStore } from '../../objects/object-store.ts';
import { type OpenContent, openContent } from '../tree/open-content.ts';
import { createRenderer } from './renderer.ts';
import { textOf } from './text.ts';

const largestPicture = 64 * 1024 * 1024;
const longestText = 1024 * 1024;
const refusedForMs = 3600 * 1000;
const mostRefused = 10_000;

export interface Preview {
  /** A strong ETag. */
  etag: string;
  /** WebP. @throws {HubError} preview_unavailable, unavailable, content_corrupt, storage_unavailable */
  bytes(): Promise<Uint8Array>;
}

export interface Previews {
  /**
   * The picture in a file, or the first page of a PDF, within a square.
   * @param edge in pixels
   * @throws {HubError} not_found, preview_unavailable
   */
  picture(actor: Actor, id: string, edge: number): Promise<Preview>;
  /** The beginning of a text. @throws {HubError} not_found, preview_unavailable, content_corrupt, storage_unavailable */
  text(actor: Actor, id: string): Promise<TextPreview>;
  /** Removes the pictures of contents that are no more. */
  collect(): Promise<number>;
  close(): void;
}

/** Pictures are made once for a content and a size, whoever has it, and kept in the object store; access is decided before. */
export function createPreviews({ db, objects }: { db: Db; objects: ObjectStore }): Previews {
  const renderer = createRenderer();
  const underWay = new Map<string, Promise<Uint8Array>>();
  /** What could not be read, and until when it is not tried again. */
  const refused = new Map<string, number>();

  async function kept(sha256: string, edge: number): Promise<Uint8Array | undefined> {
    const row = await db
      .selectFrom('previews')
      .select(['hash', 'length'])
      .where('sha256', '=', sha256)
      .where('edge', '=', edge)
      .executeTakeFirst();
    if (!row) return undefined;
    try {
      const bytes = await objects.get(keyOf(sha256, edge), { offset: 0, length: row.length });
      return hashOf(bytes) === row.hash ? bytes : undefined;
    } catch (error) {
      // Lost or damaged: it can be made again.
      if (error instanceof HubError && error.code === 'content_corrupt') return undefined;
      throw error;
    }
  }

  async function make(content: OpenContent, edge: number): Promise<Uint8Array> {
    const { sha256, size, mediaType } = content;
    const bytes = await renderer.render(
      async () => Buffer.concat(await Array.fromAsync(content.read({ offset: 0, length: size }))),
      edge,
      mediaType,
    );
    const row = { sha256, edge, hash: hashOf(bytes), length: bytes.length, createdAt: Date.now() };
    const key = keyOf(sha256, edge);
    // What is kept was damaged, or another version of the decoder made it: an object is written once.
    await objects.delete(key);
    await objects.put(key, [bytes]);
    await db
      .insertInto('previews')
      .values(row)
      .onConflict((c) => c.columns(['sha256', 'edge']).doUpdateSet(row))
      .execute();
    return bytes;
  }

  async function bytesOf(content: OpenContent, edge: number): Promise<Uint8Array> {
    const until = refused.get(content.sha256);
    if (until !== undefined && until > Date.now()) throw new HubError('preview_unavailable');
    const found = await kept(content.sha256, edge);
    if (found) return found;
    const key = keyOf(content.sha256, edge);
    const making = underWay.get(key) ?? make(content, edge).finally(() => underWay.delete(key));
    underWay.set(key, making);
    return making.catch((error) => {
      if (error instanceof HubError && error.code === 'preview_unavailable') remember(content.sha256);
      throw error;
    });
  }

  function remember(sha256: string): void {
    if (refused.size >= mostRefused) refused.clear();
    refused.set(sha256, Date.now() + refusedForMs);
  }

  return {
    async picture(actor, id, edge) {
      const content = await openContent({ db, objects }, actor, id);
      if (!previewedTypes.includes(content.mediaType)) throw new HubError('preview_unavailable', content.mediaType);
      if (content.size > largestPicture) throw new HubError('preview_unavailable', `more than ${largestPicture} bytes`);
      return { etag: `"${content.sha256}-${edge}"`, bytes: () => bytesOf(content, edge) };
    },
    async text(actor, id) {
      const { size, mediaType, read } = await openContent({ db, objects }, actor, id);
      const truncated = size > longestText;
      const bytes = await Array.fromAsync(read({ offset: 0, length: Math.min(size, longestText) }));
      return { text: textOf(Buffer.concat(bytes), mediaType, truncated), truncated };
    },
    async collect() {
      const unused = await db
        .deleteFrom('previews')
        .where(({ not, exists, selectFrom }) =>
          not(exists(selectFrom('contents').select('id').whereRef('contents.sha256', '=', 'previews.sha256'))),
        )
        .returning(['sha256', 'edge'])
        .execute();
      for (const { sha256, edge } of unused) await objects.delete(keyOf(sha256, edge));
      return unused.length;
    },
    close: () => renderer.close(),
  };
}

const keyOf = (sha256: string, edge: number): string => `previews/${sha256.slice(0, 2)}/${sha256}-${edge}`;
const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
