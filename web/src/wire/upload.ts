import { UploadResult } from '@diwan/protocol/ibox.ts';
import { ensureFreshSession, heard, parsed } from './http.ts';
import { codeOf, localProblem, readProblem } from './problem.ts';
import { refreshSession } from './refresh.ts';

export type OnConflict = 'replace' | 'rename';

/**
 * Sends one file into a folder. `onProgress` hears the bytes gone out. Aborting `signal` stops it: nothing is stored.
 * Throws ProblemError; upload_incomplete when the line broke.
 */
export async function uploadFile(
  parentId: string,
  file: File,
  onConflict: OnConflict,
  onProgress: (bytes: number) => void,
  signal: AbortSignal,
): Promise<UploadResult> {
  // A refusal in the middle of a long body reaches the browser as a broken line: renew the session before, not after.
  await ensureFreshSession();
  const path = `/api/ibox/nodes/${encodeURIComponent(parentId)}/files?onConflict=${onConflict}`;
  try {
    return await sendForm(path, file, onProgress, signal);
  } catch (error) {
    if (codeOf(error) !== 'token_expired') throw heard(error);
    await refreshSession();
    return await sendForm(path, file, onProgress, signal);
  }
}

function sendForm(path: string, file: File, onProgress: (bytes: number) => void, signal: AbortSignal) {
  return new Promise<UploadResult>((resolve, reject) => {
    signal.throwIfAborted();
    // fetch tells nothing of a request body's progress; XMLHttpRequest does.
    const request = new XMLHttpRequest();
    request.open('POST', path);
    request.setRequestHeader('accept', 'application/json');
    request.setRequestHeader('accept-language', document.documentElement.lang);
    request.upload.onprogress = (event) => onProgress(Math.min(event.loaded, file.size));
    request.onload = () => {
      if (request.status >= 400) return reject(readProblem(request.status, request.responseText));
      try {
        resolve(parsed(UploadResult, request.responseText));
      } catch (error) {
        reject(error);
      }
    };
    request.onerror = () => reject(localProblem('upload_incomplete'));
    request.onabort = () => reject(new DOMException('cancelled', 'AbortError'));
    signal.addEventListener('abort', () => request.abort(), { once: true });
    const form = new FormData();
    form.append('file', file, file.name);
    request.send(form);
  });
}
