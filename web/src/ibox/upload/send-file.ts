import type { CommitRequest, Outcome } from '@diwan/protocol/ibox-chunks.ts';
import { localProblem } from '../../wire/problem.ts';
import type { Cut, Digest } from './digest.ts';
import type { Owner, Piece } from './send-chunks.ts';

/** What a name that is taken leads to: a new version of the file there, or a number. */
export type OnConflict = 'replace' | 'rename';

export interface Target {
  spaceId: string;
  folderId: string;
  onConflict: OnConflict;
}

/** How far a file is cut. It is kept while the upload rests, so that nothing is hashed twice. */
export interface Cutting {
  cuts: Cut[];
  /** Where the next chunk begins. */
  end: number;
}

export const nothingCut = (): Cutting => ({ cuts: [], end: 0 });

interface Tools {
  digest: Digest;
  chunks: { put(pieces: readonly Piece[], owner: Owner): Promise<void> };
  commits: { add(spaceId: string, operation: CommitRequest['operations'][number]): Promise<Outcome> };
}

/** How far cutting may be ahead of sending, in bytes: beyond, it would only take the processor from the page. */
const mostAhead = 64 * 1024 * 1024;
/** Chunks sent may be collected when the commit comes a day later. */
const mostCommits = 3;

/**
 * Brings a file to the hub and into its folder.
 * @param mayStore asked when all bytes are there; false ends it without a file, and after true it can't be aborted
 * @throws {FileUnreadable}, ProblemError, or the signal's reason
 */
export async function sendFile(
  { digest, chunks, commits }: Tools,
  file: File,
  { spaceId, folderId, onConflict }: Target,
  cutting: Cutting,
  owner: Owner,
  mayStore: () => boolean,
): Promise<void> {
  await sendChunks({ digest, chunks }, file, cutting, owner);
  if (!mayStore()) return;
  const content = {
    chunks: cutting.cuts.map(({ hash }) => hash),
    mtime: Math.max(0, Math.floor(file.lastModified)),
    ...(file.type === '' ? {} : { mediaType: file.type.slice(0, 255) }),
  };
  const operation = { op: 'file' as const, parentId: folderId, name: file.name, content, onConflict };
  const unstoppable = { signal: new AbortController().signal, onBytes: () => undefined };
  for (let commit = 1; ; commit++) {
    const outcome = await commits.add(spaceId, operation);
    if (outcome.ok) return;
    if (!outcome.missing?.length || commit === mostCommits) throw localProblem(outcome.code, 409);
    const lacking = new Set(outcome.missing);
    await chunks.put(
      pieces(file, cutting.cuts, 0).filter(({ hash }) => lacking.has(hash)),
      unstoppable,
    );
  }
}

async function sendChunks(
  { digest, chunks }: Pick<Tools, 'digest' | 'chunks'>,
  file: File,
  cutting: Cutting,
  owner: Owner,
): Promise<void> {
  const onTheirWay = new Set<Promise<void>>();
  let ahead = 0;
  const put = async (some: readonly Cut[], from: number) => {
    const length = sum(some);
    ahead += length;
    const sent = chunks.put(pieces(file, some, from), owner).finally(() => {
      ahead -= length;
      onTheirWay.delete(sent);
    });
    // Looked at below; a refusal may come before.
    sent.catch(() => undefined);
    onTheirWay.add(sent);
    while (ahead > mostAhead) await Promise.race(onTheirWay);
  };
  if (cutting.cuts.length > 0) await put(cutting.cuts, 0);
  while (cutting.end < file.size) {
    const cuts = await digest(file, cutting.end);
    owner.signal.throwIfAborted();
    const from = cutting.end;
    cutting.cuts.push(...cuts);
    cutting.end += sum(cuts);
    await put(cuts, from);
  }
  await Promise.all(onTheirWay);
}

const sum = (cuts: readonly Cut[]) => cuts.reduce((bytes, { length }) => bytes + length, 0);

function pieces(file: Blob, cuts: readonly Cut[], from: number): Piece[] {
  let at = from;
  return cuts.map(({ hash, length }) => {
    const bytes = file.slice(at, at + length);
    at += length;
    return { hash, bytes };
  });
}
