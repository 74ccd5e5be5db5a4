import ignore from 'ignore';

/** What it names, in the syntax of .gitignore, is not synchronised. It lies at the root of a pair, and is synchronised itself. */
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
  /** The file's own text. */
  text: string;
  /** Of a thing whose folder is not ignored. */
  of(path: string, name: string, isFolder: boolean): Verdict;
}

export function ignoreRules(text: string): IgnoreRules {
  const own = text.trim() === '' ? undefined : ignore({ allowRelativePaths: true }).add(builtIn).add(text);
  return {
    text,
    of(path, name, isFolder) {
      if (path === IGNORE_FILE) return;
      const isIgnored = own ? own.ignores(`${path.normalize('NFC')}${isFolder ? '/' : ''}`) : builtInNames.test(name);
      if (!isIgnored) return;
      return !isFolder && junkNames.test(name) ? 'junk' : 'ignored';
    },
  };
}

/** As `ignore` matches them: names of the built-in list have no other sign than the star. */
const matching = (names: readonly string[]) =>
  new RegExp(`^(?:${names.map((name) => name.split('*').map(RegExp.escape).join('.*')).join('|')})$`, 'is');
const builtInNames = matching(builtIn);
const junkNames = matching(junk);
export const isJunk = (name: string): boolean => junkNames.test(name);
