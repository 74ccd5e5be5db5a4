import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

interface Mutation {
  file: string;
  from: string;
  to: string;
}

/** Ways to break the agent that the simulation must notice, to know that it looks. */
export const mutations: Record<string, Mutation> = {
  'a deletion wins over an edit': {
    file: 'plan/merge.ts',
    from: 'else if (isTouched(key, base, L ? local : remote, L ? remote : local))',
    to: 'else if (false)',
  },
  'of two edits the hub’s wins': {
    file: 'plan/merge.ts',
    from: "ours && theirs ? 'conflict'",
    to: "ours && theirs ? 'download'",
  },
  'what cannot be read counts as deleted': {
    file: 'plan/identify.ts',
    from: 'const [path, stat] of scan.unknown)',
    to: 'const [path, stat] of [] as [string, Stat | null][])',
  },
  'a restored hub is taken for the old one': {
    file: 'state/pair-state.ts',
    from: 'if (fresh) {',
    to: 'if (false) {',
  },
  'a download is not synced before it is placed': {
    file: 'apply/temporary.ts',
    from: 'await file.sync();',
    to: '',
  },
  'what was sent and not answered for is forgotten': {
    file: 'state/pair-state.ts',
    from: 'if (sending.size === 0) return;',
    to: 'return;',
  },
  'a file is replaced without a second look': {
    file: 'apply/hold.ts',
    from: 'if (taken && isExpected(taken.stat)) return held;',
    to: 'if (taken) return held;',
  },
};

/** Everything of the agent that is imported from now on has this fault. @throws when the code to be broken is not there */
export function breakAgent(name: string): void {
  const mutation = mutations[name];
  if (!mutation) throw new Error(`no mutation ${name}; there are: ${Object.keys(mutations).join(', ')}`);
  const { file, from, to } = mutation;
  const source = readFileSync(new URL(`../../sync-agent/src/${file}`, import.meta.url), 'utf8');
  if (source.split(from).length !== 2) throw new Error(`${file} does not hold ${from} exactly once`);
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context);
      if (!url.startsWith('file:') || !fileURLToPath(url).endsWith(`sync-agent/src/${file}`)) return loaded;
      return { ...loaded, source: String(loaded.source).replace(from, () => to) };
    },
  });
}
