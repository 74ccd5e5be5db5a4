import { type Node, type Space, UploadResult } from '@diwan/protocol/ibox.ts';
import { newKey } from '../ibox/upload/commit-files.ts';
import { makeFolders } from '../ibox/upload/make-folders.ts';
import { ensureFreshSession, heard, parsed } from '../wire/http.ts';
import { localProblem, readProblem } from '../wire/problem.ts';
import { queryClient } from '../wire/queries.ts';
import { commitOperations } from '../wire/upload.ts';

/** Where files go that are sent to a meeting straight from the computer. */
export const meetingsFolder = 'V-room';

/**
 * Brings a file into that folder of one's own Ibox, under a name that nothing there has.
 * @param onPart hears how much of it is there, from 0 to 1
 * @throws ProblemError, or the signal's reason
 */
export async function bringFromComputer(
  { id: spaceId, rootId }: Pick<Space, 'id' | 'rootId'>,
  file: File,
  onPart: (part: number) => void,
  signal: AbortSignal,
): Promise<Node> {
  const made = await makeFolders(rootId, [[meetingsFolder]], (operations) =>
    commitOperations(spaceId, newKey(), operations),
  );
  const folder = made.get(meetingsFolder);
  if (!folder || 'error' in folder) throw folder?.error ?? localProblem('internal');
  await ensureFreshSession();
  const { nodes } = await post(folder.id, file, onPart, signal);
  void queryClient.invalidateQueries({ queryKey: ['ibox'] });
  const [node] = nodes;
  if (!node) throw localProblem('internal');
  return node;
}

function post(folderId: string, file: File, onPart: (part: number) => void, signal: AbortSignal) {
  return new Promise<UploadResult>((resolve, reject) => {
    signal.throwIfAborted();
    const form = new FormData();
    form.append('files', file, file.name);
    const request = new XMLHttpRequest();
    request.open('POST', `/api/ibox/nodes/${encodeURIComponent(folderId)}/files?onConflict=rename`);
    request.setRequestHeader('accept', 'application/json');
    request.setRequestHeader('accept-language', document.documentElement.lang);
    request.upload.onprogress = ({ loaded, total }) => onPart(total > 0 ? loaded / total : 0);
    request.onload = () => {
      if (request.status >= 400) return reject(heard(readProblem(request.status, request.responseText)));
      try {
        resolve(parsed(UploadResult, request.responseText));
      } catch (error) {
        reject(error);
      }
    };
    request.onerror = () => reject(localProblem('unavailable'));
    request.onabort = () => reject(signal.reason);
    signal.addEventListener('abort', () => request.abort());
    request.send(form);
  });
}
