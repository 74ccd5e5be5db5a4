import { z } from 'zod';

/**
 * What is only trouble on Windows: a device's name (CON, LPT1.txt), one of < > : " | ? *, a dot or blank at the end. Such names are
 * accepted and told, so that screens and agents can say so.
 */
export const NameWarning = z.enum(['windows_reserved', 'windows_characters', 'windows_ending']);
export type NameWarning = z.infer<typeof NameWarning>;

/** What Windows keeps for devices, with any ending too: https://learn.microsoft.com/windows/win32/fileio/naming-a-file */
const device = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\.|$)/i;

/** What is trouble with an accepted name on Windows. */
export function nameWarnings(name: string): NameWarning[] {
  const warnings: NameWarning[] = [];
  if (device.test(name)) warnings.push('windows_reserved');
  if (/[<>:"|?*]/.test(name)) warnings.push('windows_characters');
  if (/[. ]$/.test(name)) warnings.push('windows_ending');
  return warnings;
}
