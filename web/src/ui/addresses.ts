import { Email } from '@diwan/protocol/identity.ts';

/** What ends an address that is typed, and parts those that are pasted together. */
export const addressEnds = [',', ';', '\n', '\t', '،', '؛'];

/** Addresses as they are typed or pasted, one by one: also those of "Lina <lina@example.dz> bilal@example.dz". */
export function splitAddresses(typed: readonly string[]): string[] {
  return typed.flatMap((text) => {
    const words = text.split(/[\s,;<>،؛]+/).filter((word) => word !== '');
    const addresses = words.filter((word) => word.includes('@'));
    return addresses.length > 0 ? addresses : words;
  });
}

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
