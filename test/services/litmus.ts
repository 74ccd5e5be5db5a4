import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface LitmusReport {
  output: string;
  /** By suite: basic, copymove, props, locks, http. */
  suites: Record<string, { run: number; failed: number }>;
}

/**
 * Runs litmus, the WebDAV protocol test suite, against a folder of a server; all of its suites, also after one has failed.
 * @param url of a folder in which it makes one of its own
 */
export async function runLitmus(url: string, user: string, password: string): Promise<LitmusReport> {
  // It writes its debug log where it runs.
  const folder = await mkdtemp(join(tmpdir(), 'diwan-litmus-'));
  try {
    const child = spawn('litmus', ['-k', url, user, password], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    await once(child, 'close');
    const summaries = output.matchAll(/summary for `(\w+)': of (\d+) tests run: \d+ passed, (\d+) failed/g);
    const suites = Object.fromEntries(
      [...summaries].map(([, suite, run, failed]) => [suite, { run: Number(run), failed: Number(failed) }]),
    );
    return { output, suites };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
