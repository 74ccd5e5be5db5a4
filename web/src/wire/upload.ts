import {
  ChunksAnswer,
  CommitAnswer,
  CommitRequest,
  chunksType,
  MissingAnswer,
  MissingRequest,
} from '@diwan/protocol/ibox-chunks.ts';
import { heard, parsed, send } from './http.ts';
import { codeOf, localProblem, readProblem } from './problem.ts';
import { refreshSession } from './refresh.ts';

/** Which of these chunks, by their hashes, the person would have to send. Throws ProblemError. */
export async function missingChunks(hashes: string[]): Promise<string[]> {
  const body = { hashes };
  const answer = await send('POST', '/api/ibox/chunks/missing', {
    request: MissingRequest,
    body,
    answer: MissingAnswer,
  });
  return answer.missing;
}

/** Commits operations under a key: asked again, the hub answers the same. Throws ProblemError. */
export function commitOperations(
  spaceId: string,
  key: string,
  operations: CommitRequest['operations'],
): Promise<CommitAnswer> {
  const path = `/api/ibox/spaces/${encodeURIComponent(spaceId)}/commits/${key}`;
  return send('PUT', path, { request: CommitRequest, body: { operations }, answer: CommitAnswer });
}

/**
 * Sends chunks in their frames. `onProgress` hears the bytes gone out. What was whole when it broke off may have been kept.
 * Throws ProblemError, of status 0 when the line broke, or the signal's reason.
 */
export async function sendPack(pack: Blob, onProgress: (bytes: number) => void, signal: AbortSignal): Promise<void> {
  try {
    await post(pack, onProgress, signal);
  } catch (error) {
    if (codeOf(error) !== 'token_expired') throw heard(error);
    await refreshSession().catch((refusal) => {
      throw heard(refusal);
    });
    await post(pack, onProgress, signal).catch((again) => {
      throw heard(again);
    });
  }
}

function post(pack: Blob, onProgress: (bytes: number) => void, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    // fetch tells nothing of a request body's progress; XMLHttpRequest does.
    const request = new XMLHttpRequest();
    const stop = () => request.abort();
    const settle = (end: () => void) => {
      signal.removeEventListener('abort', stop);
      end();
    };
    request.open('POST', '/api/ibox/chunks');
    request.setRequestHeader('accept', 'application/json');
    request.setRequestHeader('accept-language', document.documentElement.lang);
    request.setRequestHeader('content-type', chunksType);
    request.upload.onprogress = ({ loaded }) => onProgress(loaded);
    request.onload = () =>
      settle(() => {
        if (request.status >= 400) return reject(readProblem(request.status, request.responseText));
        try {
          parsed(ChunksAnswer, request.responseText);
          resolve();
        } catch (error) {
          reject(error);
        }
      });
    request.onerror = () => settle(() => reject(localProblem('unavailable')));
    request.onabort = () => settle(() => reject(signal.reason));
    signal.addEventListener('abort', stop);
    request.send(pack);
  });
}
