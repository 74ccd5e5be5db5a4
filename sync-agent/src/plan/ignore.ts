import ignore, { type Ignore } from 'ignore';
import { splitPath } from './identify.ts';

/** What it names, in the syntax of .gitignore, is not synchronised. It lies in any folder, and is synchronised itself. */
export const IGNORE_FILE = '.diwanignore';

/** Made by systems for a folder, and worth nothing without it: they go along when it is removed. */
const junk = ['.DS_Store', 'Thumbs.db', 'ehthumbs.db', 'desktop.ini'];
/** Locks and leftovers of programs, and what belongs to one disk only. A line `!NAME` in the file takes one back. */
const builtIn = [
  ...junk,
  ...['~$*', '.~lock.*#', '*.swp', '*.partial', '*.crdownload', '.fuse_hidden*', '.nfs0*'],
  ...[
    '.Trash-*',
    '.Trashes',
    '.Spotlight-V100',
    '.fseventsd',
    '$RECYCLE.BIN',
    'System Volume Information',
    'lost+found',
  ],
];

/** `junk` is ignored too, and in nobody's way. */
export type Verdict = 'junk' | 'ignored' | undefined;

/** Pure, by path from the root and kind; what is in an ignored folder is ignored. */
export interface IgnoreRules {
  /** The texts of the files, by the folder that each lies in; the root is ''. */
  texts: ReadonlyMap<string, string>;
  /** Of a thing whose folder is not ignored. */
  of(path: string, name: string, isFolder: boolean): Verdict;
}

/** `ignore` keeps an answer for each path that it was asked about: after so many they are let go of. */
const ANSWERS = 10_000;

/** As git does it: the file of a folder speaks of what is in that folder, and of two that disagree the deeper holds. */
export function ignoreRules(texts: ReadonlyMap<string, string>): IgnoreRules {
  const inForce = new Map<string, Ignore | undefined>();
  let asked = 0;
  const rulesIn = (folder: string): Ignore | undefined => {
    if (inForce.has(folder)) return inForce.get(folder);
    let rules: Ignore | undefined;
    if (texts.has(folder)) {
      rules = ignore({ allowRelativePaths: true }).add(builtIn);
      for (const above of foldersTo(folder)) rules.add(rootedPatterns(above, texts.get(above) ?? ''));
    } else if (folder !== '') rules = rulesIn(splitPath(folder)[0]);
    inForce.set(folder, rules);
    return rules;
  };
  return {
    texts,
    of(path, name, isFolder) {
      if (name === IGNORE_FILE && !isFolder) return;
      if (texts.size > 0 && ++asked % ANSWERS === 0) inForce.clear();
      const rules = texts.size > 0 ? rulesIn(splitPath(path)[0]) : undefined;
      const isIgnored = rules
        ? rules.ignores(`${path.normalize('NFC')}${isFolder ? '/' : ''}`)
        : builtInNames.test(name);
      if (!isIgnored) return;
      return !isFolder && junkNames.test(name) ? 'junk' : 'ignored';
    },
  };
}

/** The same rules where folders lie elsewhere: what a folder's file says goes along with the folder. */
export function movedRules(rules: IgnoreRules, placeOf: (folder: string) => string): IgnoreRules {
  const texts = new Map([...rules.texts].map(([folder, text]) => [placeOf(folder), text]));
  const isSame = [...texts.keys()].every((folder) => rules.texts.has(folder));
  return isSame ? rules : ignoreRules(texts);
}

/** '', 'a' and 'a/b' for 'a/b'. */
function foldersTo(folder: string): string[] {
  return folder === '' ? [''] : [...foldersTo(splitPath(folder)[0]), folder];
}

/** The patterns of a folder's file, as one at the root would have them. */
function rootedPatterns(folder: string, text: string): string[] {
  // `a/**/` names the folders in a, at any depth; `ignore` 7.0.5 would count a itself among them.
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line) => line.replace(/\/\*\*\/(?=\s*$)/, '/**/*/'));
  if (folder === '') return lines;
  const above = `/${folder.normalize('NFC').replace(/[\\*?[\]!# ]/g, '\\$&')}`;
  return lines.flatMap((line) => {
    // A space at the end counts only behind a backslash.
    const [, not = '', pattern = ''] = /^(!?)(.*?)(?<!\\)\s*$/.exec(line) ?? [];
    if (pattern === '' || pattern === '/' || line.startsWith('#')) return [];
    const isAnchored = pattern.slice(0, -1).includes('/');
    return `${not}${above}${isAnchored ? '' : '/**'}${pattern.startsWith('/') ? '' : '/'}${pattern}`;
  });
}

/** As `ignore` matches them: names of the built-in list have no other sign than the star. */
const matching = (names: readonly string[]) =>
  new RegExp(`^(?:${names.map((name) => name.split('*').map(RegExp.escape).join('.*')).join('|')})$`, 'is');
const builtInNames = matching(builtIn);
const junkNames = matching(junk);
export const isJunk = (name: string): boolean => junkNames.test(name);
