import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const NOT_SOURCES = new Set(['node_modules', 'dist', 'coverage']);

/**
 * SHA-256 over the names (as seen from `base`) and contents of files and of all files below folders.
 * @param {string} base
 * @param {string[]} names
 */
export function fingerprint(base, names) {
  const hash = createHash('sha256');
  const add = (name) => {
    const path = join(base, name);
    if (statSync(path).isFile()) {
      hash.update(`${name}\0`).update(createHash('sha256').update(readFileSync(path)).digest());
      return;
    }
    for (const child of readdirSync(path).sort()) if (!NOT_SOURCES.has(child)) add(join(name, child));
  };
  for (const name of names) add(name);
  return hash.digest('hex');
}
