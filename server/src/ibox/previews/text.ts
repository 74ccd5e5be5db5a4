import { HubError } from '@diwan/protocol/errors.ts';

/**
 * Bytes as text: Unicode by its mark, else UTF-8, else Windows-1252 where the type says that it is text.
 * @param cut whether the bytes end in the middle of the file
 * @throws {HubError} preview_unavailable for what is no text
 */
export function textOf(bytes: Uint8Array, mediaType: string, cut: boolean): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes, { stream: cut });
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes, { stream: cut });
  if (bytes.includes(0)) throw new HubError('preview_unavailable', 'not a text');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: cut });
  } catch {
    if (!mediaType.startsWith('text/')) throw new HubError('preview_unavailable', 'not a text');
    return new TextDecoder('windows-1252').decode(bytes);
  }
}
