// Groups C++ sources into few translation units, so that the headers they share are parsed once a group, not once a file.
// Meson's own `unity` groups blindly and fails here: several files hold file-local names that are spelled the same.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Bytes of source in one group: large enough to share headers, small enough to keep many cores busy until the end. */
const GROUP_BYTES = 200_000;

/**
 * Replaces the entries of every list `variable = [...]` / `variable += [...]` of a meson.build by grouped sources, which it
 * writes to jumbo/ beside that file.
 * @param {string} mesonFile path of the meson.build to rewrite
 * @param {string} variable name of the list
 */
export function groupSources(mesonFile, variable) {
  const base = dirname(mesonFile);
  const lists = new RegExp(`${variable} (\\+?=) \\[([^\\]]*)\\]`, 'g');
  const text = readFileSync(mesonFile, 'utf8');
  const files = [...text.matchAll(lists)].flatMap(([, , body]) => [...body.matchAll(/'([^']+)'/g)].map((m) => m[1]));
  mkdirSync(join(base, 'jumbo'), { recursive: true });
  const units = group(files.map((file) => ({ file, source: readFileSync(join(base, file), 'utf8') }))).map(
    (unit, i) => {
      const name = `jumbo/${variable}_${i}.cpp`;
      const lines = unit.map((file) => `#undef MS_CLASS\n#include "../${file}"\n`);
      writeFileSync(join(base, name), lines.join(''));
      return name;
    },
  );
  const entries = units.map((unit) => `'${unit}'`).join(', ');
  writeFileSync(
    mesonFile,
    text.replace(lists, (_, operator) => `${variable} ${operator} [${operator === '=' ? entries : ''}]`),
  );
}

/**
 * Puts each file into the first group that has room and shares none of its file-local names.
 * @param {{file: string, source: string}[]} files
 * @returns {string[][]} names of the files of each group
 */
export function group(files) {
  /** @type {{files: string[], names: Set<string>, bytes: number}[]} */
  const groups = [];
  for (const { file, source } of files) {
    const names = localNames(source);
    let fit = groups.find((g) => g.bytes + source.length <= GROUP_BYTES && names.every((name) => !g.names.has(name)));
    if (!fit) {
      fit = { files: [], names: new Set(), bytes: 0 };
      groups.push(fit);
    }
    fit.files.push(file);
    fit.bytes += source.length;
    for (const name of names) fit.names.add(name);
  }
  return groups.map((g) => g.files);
}

/** Names that a source declares for itself: macros, `static` and `constexpr` things, and all that an unnamed namespace holds. */
export function localNames(source) {
  const names = new Set();
  const add = (pattern, text = source) => {
    for (const [, name] of text.matchAll(pattern)) names.add(name);
  };
  add(/^[ \t]*#define[ \t]+(?!MS_CLASS\b)(\w+)/gm);
  add(/^[ \t]*(?:static|constexpr|const|thread_local|inline)\b[^;={}()]*?\b(\w+)\s*(?:[;={([]|$)/gm);
  for (const [, body] of source.matchAll(/^[ \t]*enum\b[^{};]*\{([^}]*)\}/gm)) add(/(\w+)\s*(?:=[^,]*)?(?:,|$)/g, body);
  for (const [, body] of source.matchAll(/^[ \t]*namespace\s*\{([\s\S]*?)^[ \t]*\}\s*\/\/ namespace\s*$/gm)) {
    add(/^(?:struct|class|enum|using)\s+(\w+)/gm, body);
    add(/^\w[^;={}()]*?\b(\w+)\s*[;={([]/gm, body);
  }
  return [...names];
}
