import { existsSync } from 'node:fs';
import { answer, run } from './run.mjs';
import { say } from './say.mjs';

/**
 * Installs the Debian packages of a list that are missing, when root on a Debian system; else names them.
 * @param {string[]} packages
 * @param {string} purpose
 * @returns {Promise<string[]>} those that are still missing
 */
export async function installDebianPackages(packages, purpose) {
  const missing = missingPackages(packages);
  if (missing.length === 0) return [];
  const command = `apt-get install ${missing.join(' ')}`;
  if (!existsSync('/usr/bin/apt-get')) {
    say(`${purpose} needs what Debian calls ${missing.join(', ')}: please install it`);
    return missing;
  }
  if (process.getuid() !== 0) {
    say(`${purpose} needs packages that only root can install: sudo ${command}`);
    return missing;
  }
  say(`${purpose}: ${command}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const lock = ['-o', 'DPkg::Lock::Timeout=300'];
  try {
    await run('apt-get', ['update', '-q'], { env });
    await run('apt-get', ['install', '-q', '-y', '--no-install-recommends', ...lock, ...missing], { env });
  } catch (error) {
    say(`apt-get failed: ${error.message}`);
  }
  return missingPackages(packages);
}

function missingPackages(packages) {
  const listed = answer('dpkg-query', ['-W', `-f=\${db:Status-Abbrev} \${Package}\\n`]) ?? '';
  const installed = new Set(
    listed
      .split('\n')
      .filter((line) => line.startsWith('ii'))
      .map((line) => line.slice(2).trim()),
  );
  return packages.filter((name) => !installed.has(name));
}
