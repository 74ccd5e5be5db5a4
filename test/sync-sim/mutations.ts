import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

interface Mutation {
  /** Which of the eight promises of a storm is broken by it (checks.ts). */
  breaks: number;
  /** In sync-agent/src. */
  file: string;
  from: string;
  to: string;
  /** Noticed within some tens of storms: `npm test` looks. The others need hundreds. */
  isCheap?: true;
}

/** Ways to break the agent that the simulation must notice, to know that it looks: for each promise at least one. */
export const mutations: Record<string, Mutation> = {
  'a deletion on the hub is overlooked': {
    breaks: 1,
    file: 'remote/changes.ts',
    from: 'if (node.deleted || mount) deleted.add(node.id);',
    to: 'if (node.deleted || mount);',
    isCheap: true,
  },
  'what could not be committed stays in memory': {
    breaks: 1,
    file: 'state/pair-state.ts',
    from: '      load();\n      throw error;',
    to: '      throw error;',
  },
  'of two edits the hub’s wins': {
    breaks: 2,
    file: 'plan/merge.ts',
    from: "ours && theirs ? 'conflict'",
    to: "ours && theirs ? 'download'",
    isCheap: true,
  },
  'a deletion wins over an edit': {
    breaks: 2,
    file: 'plan/merge.ts',
    from: 'isTouched(key, base, L ? local : remote, L ? remote : local))',
    to: 'false)',
  },
  'a download is not synced before it is placed': {
    breaks: 3,
    file: 'apply/temporary.ts',
    from: 'await file.sync();',
    to: '',
    isCheap: true,
  },
  'what was sent and not answered for is forgotten': {
    breaks: 4,
    file: 'state/sent.ts',
    from: 'if (sending.size === 0 && moving.size === 0) return;',
    to: 'return;',
    isCheap: true,
  },
  'what was done to the disk is not noted before': {
    breaks: 4,
    file: 'state/pair-state.ts',
    from: 'if (incoming.length === 0) return undefined;',
    to: 'return undefined;',
  },
  'the hub is asked twice for nothing': {
    breaks: 5,
    file: 'pass.ts',
    from: 'if (isNews(round === 0)) {',
    to: 'for (const _ of [1, 2]) {',
    isCheap: true,
  },
  'equal files of a new pair are two': {
    breaks: 6,
    file: 'plan/merge.ts',
    from: 'links.set(node.key, there.key);',
    to: '',
    isCheap: true,
  },
  'what cannot be read counts as deleted': {
    breaks: 7,
    file: 'plan/identify.ts',
    from: 'const [path, stat] of scan.unknown)',
    to: 'const [path, stat] of [] as [string, Stat | null][])',
  },
  'an unmounted disk counts as an empty folder': {
    breaks: 7,
    file: 'pass.ts',
    from: 'if (!pair.isOurs())',
    to: 'if (false)',
    isCheap: true,
  },
  'what is left out is not told': {
    breaks: 8,
    file: 'pass.ts',
    from: "if (why !== 'own_folder') problems.push({ path, why });",
    to: '',
    isCheap: true,
  },
};

/** Everything of the agent that is imported from now on has this fault. @throws when the code to be broken is not there */
export function breakAgent(name: string): void {
  const mutation = mutations[name];
  if (!mutation) throw new Error(`no mutation ${name}; there are: ${Object.keys(mutations).join(', ')}`);
  const { file, from, to } = mutation;
  if (timesThere(mutation) !== 1) throw new Error(`${file} does not hold ${from} exactly once`);
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context);
      if (!url.startsWith('file:') || !fileURLToPath(url).endsWith(`sync-agent/src/${file}`)) return loaded;
      return { ...loaded, source: String(loaded.source).replace(from, () => to) };
    },
  });
}

/** How often the code to be broken is there. */
export const timesThere = ({ file, from }: Mutation): number =>
  readFileSync(new URL(`../../sync-agent/src/${file}`, import.meta.url), 'utf8').split(from).length - 1;
