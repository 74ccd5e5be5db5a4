import type { FileSource } from '../ibox/file-content.tsx';
import type { SentFile } from '../vroom/together/meeting-files.ts';
import { ensureFreshSession } from '../wire/http.ts';
import { readProblem } from '../wire/problem.ts';

/** Where the file of a message is, for a person or for a guest. */
export const messagePath = ({ roomId, number, guest }: Pick<SentFile, 'roomId' | 'number' | 'guest'>) =>
  `/api/${guest ? 'guests' : 'rooms'}/${encodeURIComponent(roomId)}/messages/${number}`;

/** Before the browser fetches by itself: it can't renew a session, and a guest has none. */
export const readyFor = (guest: boolean): Promise<void> => (guest ? Promise.resolve() : ensureFreshSession());

/** Where the viewer finds it. */
export function messageSource(sent: SentFile): FileSource {
  const path = messagePath(sent);
  return {
    key: `message ${path}`,
    content: () => `${path}/content`,
    preview: () => `${path}/preview?size=1600`,
    text: () => `${path}/text`,
    ready: () => readyFor(sent.guest),
    download: () => download(path, sent.guest),
  };
}

/** The hub is asked first whether the file still opens: a refusal would be saved as the file. Throws ProblemError. */
async function download(path: string, guest: boolean): Promise<void> {
  await readyFor(guest);
  const answer = await fetch(`${path}/content`, { headers: { range: 'bytes=0-0' } });
  // An empty file has no first byte.
  if (!answer.ok && answer.status !== 416) throw readProblem(answer.status, await answer.text());
  await answer.body?.cancel();
  const link = document.createElement('a');
  link.href = `${path}/content?download=1`;
  link.download = '';
  link.click();
}
