import { HubError } from '@diwan/protocol/errors.ts';

export const longestName = 255;

/**
 * A name as it is stored: NFC, so that the same letters are the same name from every system.
 * Names that only Windows refuses (CON, a trailing dot, a colon) are accepted: nameWarnings tells of them.
 * @throws {HubError} name_invalid: empty, over 255 bytes in UTF-8, `.` or `..`, or with a separator, control character or half a surrogate pair
 */
export function checkedName(typed: string): string {
  const name = typed.normalize('NFC');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  const hasForbidden = /[/\\\u0000-\u001f\u007f]/.test(name) || !name.isWellFormed();
  if (name === '' || name === '.' || name === '..' || hasForbidden || Buffer.byteLength(name) > longestName) {
    throw new HubError('name_invalid', JSON.stringify(typed.slice(0, 300)));
  }
  return name;
}

/**
 * Names that any file system of ours would take for the same one have the same key. Upper case first: it joins what lower case
 * alone keeps apart (final sigma, long s, ß and SS).
 */
export const nameKey = (name: string): string => name.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC');

/** "report.pdf", 2 -> "report (2).pdf", shortened to what a name may have. */
export function numberedName(name: string, number: number): string {
  const dot = name.lastIndexOf('.');
  const hasExtension = dot > 0 && name.length - dot <= 16;
  const end = ` (${number})${hasExtension ? name.slice(dot) : ''}`;
  let base = hasExtension ? name.slice(0, dot) : name;
  while (Buffer.byteLength(base + end) > longestName) base = [...base].slice(0, -1).join('');
  return base + end;
}
