import type { DocumentPart } from '@diwan/protocol/vroom-document.ts';
import type { SharedDocument } from './shared-document.ts';

/** Something that is put among somebody's files. */
export interface MeetingFile {
  name: string;
  mediaType: string;
  bytes: Uint8Array;
}

const endings: Record<DocumentPart, { ending: string; mediaType: string }> = {
  notes: { ending: 'md', mediaType: 'text/markdown' },
  board: { ending: 'excalidraw', mediaType: 'application/vnd.excalidraw+json' },
};

/** A part of the document as a file, named by the meeting and when it began (the clock of the hub's machine). */
export function fileOf(
  part: DocumentPart,
  shared: Pick<SharedDocument, 'notes' | 'board'>,
  { title, breakout, startedAt }: { title: string; breakout: string | null; startedAt: number },
): MeetingFile {
  const { ending, mediaType } = endings[part];
  const text = part === 'notes' ? `${shared.notes().trimEnd()}\n` : sceneOf(shared.board());
  return {
    name: `${[title, ...(breakout === null ? [] : [breakout])].map(plain).join(' – ')} – ${minuteOf(startedAt)}.${ending}`,
    mediaType,
    bytes: new TextEncoder().encode(text),
  };
}

/** https://docs.excalidraw.com/docs/codebase/json-schema */
const sceneOf = (elements: readonly unknown[]): string =>
  JSON.stringify({ type: 'excalidraw', version: 2, source: 'diwan', elements, appState: {}, files: {} }, undefined, 2);

/** Without what some file system does not take in a name, and short enough for all. */
const plain = (title: string): string => {
  const kept = title
    .replace(/[/\\<>:"|?*\p{Cc}]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .toWellFormed()
    .trim();
  let short = [...kept].slice(0, 80).join('').trim();
  while (short.startsWith('.')) short = short.slice(1).trim();
  return short || 'V-room';
};

function minuteOf(ms: number): string {
  const at = new Date(ms);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}.${two(at.getMinutes())}`;
}
