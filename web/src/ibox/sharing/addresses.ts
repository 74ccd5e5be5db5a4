import { Email } from '@diwan/protocol/identity.ts';

/** What parts addresses that are typed or pasted: also "Lina <lina@example.dz>; Bilal". */
export const addressMarks = [',', ';', ' ', '\n', '\t', '<', '>', '،', '؛'];

/** Which of what was typed are addresses, each once and as the hub writes it, and which are not. */
export function sortAddresses(typed: readonly string[]): { good: string[]; bad: string[] } {
  const good = new Set<string>();
  const bad: string[] = [];
  for (const one of typed.map((text) => text.trim()).filter((text) => text !== '')) {
    const address = Email.safeParse(one);
    if (address.success) good.add(address.data);
    else bad.push(one);
  }
  return { good: [...good], bad };
}
