import { type Node, WholeNodePage } from '@diwan/protocol/ibox.ts';
import { get } from '../../wire/http.ts';
import { keepTrying } from '../../wire/keep-trying.ts';
import { codeOf, localProblem, ProblemError } from '../../wire/problem.ts';
import { hubInfoQuery, meQuery, queryClient } from '../../wire/queries.ts';
import { onSessionSignal } from '../../wire/signals.ts';
import { commitOperations, missingChunks, sendPack } from '../../wire/upload.ts';
import { committer, newKey } from './commit-files.ts';
import { digestWorkers, FileUnreadable } from './digest.ts';
import { findClashes } from './find-clashes.ts';
import { makeFolders } from './make-folders.ts';
import { type Pace, paced } from './pace.ts';
import { allFolders, type Picked, type PickedFile, pathKey } from './picked.ts';
import { chunkSender } from './send-chunks.ts';
import { type Cutting, nothingCut, sendFile, type Target } from './send-file.ts';
import { isUnfinished, startable, step, type Totals, totalsOf, type Upload, type UploadEvent } from './upload.ts';

/** What the person wants done with files whose names are taken. */
export type ClashChoice = 'replace' | 'rename' | 'skip';
export interface ClashQuestion {
  files: readonly PickedFile[];
  /** Nothing at all is sent without a choice. */
  answer: (choice: ClashChoice | undefined) => void;
}

/** The uploads of this page at one moment. */
export interface UploadsNow {
  uploads: readonly Upload[];
  totals: Totals;
  pace: Pace | undefined;
  /** How many drops are being read and given their folders. */
  preparing: number;
  /** Asked one after the other. */
  question: ClashQuestion | undefined;
}

interface Job {
  file: File;
  target: Target;
  cutting: Cutting;
  abort: AbortController | undefined;
}

const uploads = new Map<number, Upload>();
const jobs = new Map<number, Job>();
const questions: ClashQuestion[] = [];
let preparing = 0;
let pace: Pace | undefined;
let lastId = 0;
/** Ends with the session of the person whose files these are. */
let session = new AbortController();
let owner: string | undefined;

const listeners = new Set<() => void>();
let now: UploadsNow = { uploads: [], totals: totalsOf([]), pace: undefined, preparing: 0, question: undefined };

/** The uploads of this page, which go on while the person moves about. */
export const uploadsNow = {
  get: (): UploadsNow => now,
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

/** Sends what was dropped or chosen into a folder, after asking what becomes of names that are taken. Resolves when all is on its way. */
export async function uploadInto(folder: Node, what: Picked | Promise<Picked>): Promise<void> {
  const { signal } = session;
  owner = queryClient.getQueryData(meQuery.queryKey)?.account.id;
  preparing += 1;
  changed();
  try {
    const picked = await what;
    const clashes = await findClashes(folder.id, picked, (id) => allChildren(id, signal));
    const choice = clashes.length > 0 ? await ask(clashes) : 'rename';
    signal.throwIfAborted();
    if (choice === undefined) return;
    const clashing = new Set(clashes);
    const made = await makeFolders(folder.id, allFolders(picked), (operations) => {
      const key = newKey();
      return keepTrying(() => commitOperations(folder.spaceId, key, operations), signal);
    });
    for (const one of picked.files) {
      if (choice === 'skip' && clashing.has(one)) continue;
      const into = made.get(pathKey(one.path));
      // A name taken meanwhile gets a number: nothing is replaced that nobody has seen.
      const onConflict = choice === 'replace' && clashing.has(one) ? 'replace' : 'rename';
      if (into && 'id' in into) add(one, { spaceId: folder.spaceId, folderId: into.id, onConflict });
      else add(one, { spaceId: folder.spaceId, folderId: folder.id, onConflict }, into?.error);
    }
  } finally {
    preparing -= 1;
    refreshLists();
    changed();
  }
}

async function allChildren(folderId: string, signal: AbortSignal): Promise<Node[]> {
  const nodes: Node[] = [];
  for (let after: string | null = ''; after !== null; ) {
    const query = new URLSearchParams({ limit: '5000', ...(after === '' ? {} : { after }) });
    const path = `/api/ibox/nodes/${encodeURIComponent(folderId)}/children?${query}`;
    const page: WholeNodePage = await keepTrying(() => get(path, WholeNodePage, signal), signal);
    nodes.push(...page.nodes);
    after = page.next;
  }
  return nodes;
}

function ask(files: readonly PickedFile[]): Promise<ClashChoice | undefined> {
  return new Promise((resolve) => {
    const question: ClashQuestion = {
      files,
      answer: (choice) => {
        questions.splice(questions.indexOf(question), 1);
        resolve(choice);
        changed();
      },
    };
    questions.push(question);
    changed();
  });
}

function add({ file, path }: PickedFile, target: Target, error?: unknown): void {
  const id = ++lastId;
  const limit = queryClient.getQueryData(hubInfoQuery.queryKey)?.maxUploadBytes;
  const refusal = error ?? (limit !== undefined && file.size > limit ? localProblem('too_large', 413) : undefined);
  const upload: Upload = {
    id,
    name: file.name,
    path,
    size: file.size,
    state: 'waiting',
    attempt: 0,
    sent: 0,
    known: 0,
  };
  uploads.set(id, refusal === undefined ? upload : { ...upload, state: 'failed', error: refusal });
  jobs.set(id, { file, target, cutting: nothingCut(), abort: undefined });
  changed();
}

const everyUpload = () => [...uploads.keys()];

export const pauseUploads = (ids = everyUpload()): void => each(ids, { type: 'pause' });
export const resumeUploads = (ids = everyUpload()): void => each(ids, { type: 'resume' });
export const cancelUploads = (ids = everyUpload()): void => each(ids, { type: 'cancel' });
export const retryUploads = (ids: readonly number[]): void => each(ids, { type: 'retry' });

/** Takes what is over off the list. */
export function clearUploads(): void {
  for (const upload of uploads.values()) {
    if (isUnfinished(upload)) continue;
    uploads.delete(upload.id);
    jobs.delete(upload.id);
  }
  changed();
}

function each(ids: readonly number[], event: UploadEvent): void {
  for (const id of ids) apply(id, event);
}

/** @returns the upload after the event, or undefined when the event came to nothing */
function apply(id: number, event: UploadEvent): Upload | undefined {
  const before = uploads.get(id);
  const after = before && step(before, event);
  if (!after || after === before) return undefined;
  uploads.set(id, after);
  if (before.state === 'sending' && (after.state === 'paused' || after.state === 'cancelled'))
    jobs.get(id)?.abort?.abort(new DOMException(after.state, 'AbortError'));
  // What is tried again may have changed on the disk.
  if (event.type === 'retry') (jobs.get(id) as Job).cutting = nothingCut();
  changed();
  return after;
}

const chunks = chunkSender({
  missing: (hashes, signal) => keepTrying(() => missingChunks(hashes), signal),
  sendPack: (pack, onProgress, signal) =>
    keepTrying(async () => {
      try {
        await sendPack(pack, onProgress, signal);
      } catch (error) {
        onProgress(0);
        // A file that is gone or changed breaks a request as a lost line does.
        if (error instanceof ProblemError && error.problem.status === 0) await checkReadable(pack);
        throw error;
      }
    }, signal),
  isAboutBytes: (error) => error instanceof FileUnreadable || codeOf(error) === 'upload_incomplete',
});
const commits = committer((spaceId, key, operations) => {
  const { signal } = session;
  return keepTrying(() => commitOperations(spaceId, key, operations), signal);
});
const digest = digestWorkers();

/** @throws {FileUnreadable} */
async function checkReadable(pack: Blob): Promise<void> {
  const reader = pack.stream().getReader();
  try {
    while (!(await reader.read()).done);
  } catch {
    throw new FileUnreadable();
  }
}

function startWaiting(): void {
  for (const { id } of startable([...uploads.values()])) void run(id);
}

async function run(id: number): Promise<void> {
  const job = jobs.get(id);
  const started = apply(id, { type: 'start' });
  if (!job || !started) return;
  const { attempt } = started;
  const abort = new AbortController();
  job.abort = abort;
  let [sent, known] = [0, 0];
  const onBytes = (bytes: number, wasKnown: boolean) => {
    sent += bytes;
    if (wasKnown) known += bytes;
    apply(id, { type: 'bytes', attempt, sent, known });
  };
  const mayStore = () => apply(id, { type: 'store', attempt }) !== undefined;
  try {
    await sendFile(
      { digest, chunks, commits },
      job.file,
      job.target,
      job.cutting,
      { signal: abort.signal, onBytes },
      mayStore,
    );
    if (apply(id, { type: 'done', attempt })) refreshLists();
  } catch (error) {
    apply(id, { type: 'fail', attempt, error });
    if (codeOf(error) === 'not_found') refreshLists();
  }
}

let refresh: ReturnType<typeof setTimeout> | undefined;
/** The socket tells of changes too; a page without one sees its own. */
function refreshLists(): void {
  if (refresh !== undefined) return;
  refresh = setTimeout(() => {
    refresh = undefined;
    void queryClient.invalidateQueries({ queryKey: ['ibox'] });
  }, 500);
}

let due: ReturnType<typeof setTimeout> | undefined;
/** Thousands of small changes are one for who looks on. */
function changed(): void {
  if (due !== undefined) return;
  due = setTimeout(() => {
    due = undefined;
    startWaiting();
    const list = [...uploads.values()];
    const totals = totalsOf(list);
    const isMoving = totals.count.sending > 0;
    if (!isMoving) pace = undefined;
    else if (!pace || performance.now() - pace.at > 500)
      pace = paced(pace, totals.sent - totals.known, performance.now());
    now = { uploads: list, totals, pace, preparing, question: questions[0] };
    for (const listener of listeners) listener();
  }, 50);
}

function endSession(): void {
  session.abort(new DOMException('the session is over', 'AbortError'));
  session = new AbortController();
  for (const { abort } of jobs.values()) abort?.abort(session.signal.reason);
  uploads.clear();
  jobs.clear();
  for (const question of [...questions]) question.answer(undefined);
  changed();
}

// The next person at this machine is not shown what this one was sending; a session that only expired is taken up again.
onSessionSignal((signal) => {
  if (signal !== 'terms-required' && signal !== 'unauthenticated') endSession();
});
queryClient.getQueryCache().subscribe(({ query }) => {
  if (query.queryKey[0] !== 'me' || uploads.size === 0) return;
  const me = queryClient.getQueryData(meQuery.queryKey);
  if (me && me.account.id !== owner) endSession();
});

window.addEventListener('beforeunload', (event) => {
  if (preparing > 0 || totalsOf([...uploads.values()]).unfinished > 0) event.preventDefault();
});
