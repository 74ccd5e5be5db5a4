/** Pure rules about names on this machine. */

export interface NameRules {
  platform: NodeJS.Platform;
  /** Whether two names that differ by case only are one name on this disk. */
  caseInsensitive: boolean;
}

/** What two names are compared by on this disk: Unicode forms never distinguish, case only where the disk does. */
export function nameKey(name: string, rules: NameRules): string {
  const nfc = name.normalize('NFC');
  return rules.caseInsensitive ? nfc.toLowerCase() : nfc;
}

/** What the hub compares two names of one folder by: neither Unicode form nor case distinguishes. */
export const hubNameKey = (name: string): string => name.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC');

const windowsDevice = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?$/i;

/** Whether a name of the hub can be a file's name on this machine. */
export function canExist(name: string, { platform }: NameRules): boolean {
  if (name === '' || name === '.' || name === '..' || /[/\0]/.test(name)) return false;
  if (Buffer.byteLength(name) > 255) return false;
  if (platform !== 'win32') return true;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: Windows refuses exactly these.
  return !/[<>:"\\|?*\x00-\x1f]/.test(name) && !/[. ]$/.test(name) && !windowsDevice.test(name);
}

/** The agent's own folder at the root of a pair: never synchronised. */
export const OWN_FOLDER = '.diwan';

/** Parking place of a node while two names are swapped. It never counts as a rename by a person. */
export const swapName = (key: string): string => `.diwan-swap-${key.replace(/[^A-Za-z0-9_-]/g, '').slice(-40)}`;

/**
 * `name (conflicted copy of MACHINE, YYYY-MM-DD).ext`, numbered until it is free, at most 255 bytes.
 * @param taken whether a name is in use in that folder
 */
export function conflictName(name: string, machine: string, date: string, taken: (name: string) => boolean): string {
  const dot = name.lastIndexOf('.');
  const [stem, ext] = dot > 0 && name.length - dot <= 16 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
  for (let n = 1; ; n++) {
    const mark = ` (conflicted copy of ${machine.replace(/[/\\:*?"<>|\0]/g, '-')}, ${date}${n > 1 ? `, ${n}` : ''})`;
    const candidate = `${cut(stem, 255 - Buffer.byteLength(mark + ext))}${mark}${ext}`;
    if (!taken(candidate)) return candidate;
  }
}

/** The longest beginning of at most `bytes` bytes in UTF-8, never half a character. */
export function cut(text: string, bytes: number): string {
  let used = 0;
  let end = 0;
  for (const char of text) {
    used += Buffer.byteLength(char);
    if (used > bytes) break;
    end += char.length;
  }
  return text.slice(0, end);
}
