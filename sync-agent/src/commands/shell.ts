import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { exitCodes } from '../exit-codes.ts';
import { type AgentWords, agentWords } from '../locale/agent.ts';
import { type CommandWords, commandWords } from '../locale/commands.ts';
import { type Formats, formatsOf, type Language } from '../locale/language.ts';
import type { Home, SavedAccount, SavedPair } from '../state/home.ts';
import type { Output } from './output.ts';

/** A command ends with this code, and this sentence. */
export class End extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** What every command is given. */
export interface Shell {
  home(): Home;
  language: Language;
  say: CommandWords;
  agentSay: AgentWords;
  format: Formats;
  /** Ctrl-C, or the system wants it to end. */
  signal: AbortSignal;
  isJson(): boolean;
  /** One line for a program, or a sentence for a person. */
  print(data: Output, text: string): void;
  /** Asks yes or no. @throws {End} without a terminal */
  ask(question: string): Promise<boolean>;
}

export function createShell(language: Language, signal: AbortSignal, options: Pick<Shell, 'home' | 'isJson'>): Shell {
  const say = commandWords[language];
  return {
    ...options,
    ...{ language, signal, say, agentSay: agentWords[language], format: formatsOf(language) },
    print(data, text) {
      process.stdout.write(`${options.isJson() ? JSON.stringify(data) : text}\n`);
    },
    async ask(question) {
      if (!process.stdin.isTTY || options.isJson()) throw new End(exitCodes.usage, say.notAsked);
      const terminal = createInterface({ input: process.stdin, output: process.stderr });
      try {
        const answer = await terminal.question(`${question} [${say.yesOrNo}] `, { signal });
        return answer.trim().toLowerCase().startsWith(say.yes);
      } finally {
        terminal.close();
      }
    },
  };
}

export function chooseAccount({ home, say }: Shell, email: string | undefined): SavedAccount {
  const signedIn = home()
    .accounts()
    .filter(({ accessToken }) => accessToken !== '');
  const chosen = signedIn.filter((account) => email === undefined || account.email === email);
  const [first, second] = chosen;
  if (!first) throw new End(exitCodes.signedOut, say.noAccount);
  if (second) throw new End(exitCodes.usage, say.whichAccount(chosen.map((account) => account.email).join(', ')));
  return first;
}

/** The pairs that a command is about: all, or the one of this folder. */
export function choosePairs({ home, say }: Shell, folder: string | undefined): SavedPair[] {
  const pairs = home()
    .pairs()
    .filter(({ leaving }) => !leaving);
  if (pairs.length === 0) throw new End(exitCodes.usage, say.noPair);
  const chosen = folder === undefined ? pairs : pairs.filter(({ root }) => root === placeOf(folder));
  if (chosen.length === 0) throw new End(exitCodes.usage, say.noSuchPair(folder ?? ''));
  return chosen;
}

/** A folder as pairs are saved: without links on the way. One that is away just now has its path. */
export function placeOf(folder: string): string {
  try {
    return realpathSync(resolve(folder));
  } catch {
    return resolve(folder);
  }
}

const UNIT_MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `90s`, `30m`, `2h`, `1d` in ms. @throws {End} */
export function durationOf(text: string, say: CommandWords): number {
  const [, number, unit] = /^(\d{1,6})([smhd])$/.exec(text.trim()) ?? [];
  if (number === undefined || unit === undefined || Number(number) === 0)
    throw new End(exitCodes.usage, say.badDuration(text));
  return Number(number) * UNIT_MS[unit as keyof typeof UNIT_MS];
}

const TIMES = { '': 1, k: 1000, m: 1_000_000, g: 1_000_000_000 };

/** `500k`, `2M`, `1500000` in bytes a second; `none` is no limit. @throws {End} */
export function rateOf(text: string, say: CommandWords): number | null {
  if (text === 'none') return null;
  const [, number, unit] = /^(\d+(?:\.\d+)?)([kmg]?)$/.exec(text.trim().toLowerCase()) ?? [];
  const rate = Math.round(Number(number) * TIMES[(unit ?? '') as keyof typeof TIMES]);
  if (!(rate > 0) || rate > 1e12) throw new End(exitCodes.usage, say.badRate(text));
  return rate;
}

/** @throws {End} unless it is a whole number above 0 */
export function wholeOf(text: string, say: CommandWords): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new End(exitCodes.usage, say.badNumber(text));
  return Number(text);
}
