import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };
import { unitText } from './commands/service-unit.ts';
import { exitCodes } from './exit-codes.ts';

const workspace = join(import.meta.dirname, '..');
let dir: string;
let bin: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'diwan-package-'));
  // `npm pack` would do it, but where npm is told to run no scripts.
  execFileSync(process.execPath, ['build.mjs'], { cwd: workspace });
  execFileSync('npm', ['pack', '--pack-destination', dir], { cwd: workspace, stdio: 'pipe' });
  const elsewhere = join(dir, 'elsewhere');
  mkdirSync(elsewhere);
  writeFileSync(join(elsewhere, 'package.json'), '{"private":true}');
  const tarball = join(dir, `diwan-sync-${packageJson.version}.tgz`);
  execFileSync('npm', ['install', '--offline', '--no-audit', '--no-fund', tarball], { cwd: elsewhere, stdio: 'pipe' });
  bin = join(elsewhere, 'node_modules/.bin/diwan-sync');
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const run = (args: string[], env: NodeJS.ProcessEnv = {}) =>
  spawnSync(process.execPath, [bin, '--home', join(dir, 'home'), ...args], {
    env: { ...process.env, LANG: 'en_GB.UTF-8', ...env },
    encoding: 'utf8',
  });

describe('the package as people install it', { timeout: 120_000 }, () => {
  it('R-45 installs without the network, and runs by itself', () => {
    expect(run(['--version']).stdout).toBe(`${packageJson.version}\n`);
    const doctor = run(['doctor', '--json']);
    expect(doctor.status, doctor.stderr).toBe(exitCodes.ok);
    expect(run(['sync']).status).toBe(exitCodes.usage);
  });

  it('R-45 help is in the person’s language and lists every exit code, as does the README', () => {
    const readme = readFileSync(join(workspace, 'README.md'), 'utf8');
    const fr = run(['--help'], { LANG: 'fr_FR.UTF-8' }).stdout;
    const ar = run(['--help'], { LANG: 'ar_DZ.UTF-8' }).stdout;
    expect(fr).toContain('Commandes :');
    expect(ar).toContain('الأوامر:');
    for (const code of Object.values(exitCodes)) {
      for (const help of [fr, ar]) expect(help).toMatch(new RegExp(`^ {2}${code} {2}\\S`, 'm'));
      expect(readme).toMatch(new RegExp(`^\\| ${code} \\| \\S`, 'm'));
    }
    const commands = [...fr.matchAll(/^ {2}([a-z]+) [[<\w]*/gm)].map(([, name]) => name);
    expect(commands.length).toBeGreaterThan(10);
    for (const name of commands) {
      expect(readme, name).toContain(`diwan-sync ${name}`);
      expect(run([name ?? '', '--help']).stdout).toContain(`Usage: diwan-sync ${name}`);
    }
  });

  it('R-45 a proxy that is none is told in a sentence', () => {
    const { status, stderr } = run(['doctor'], { HTTPS_PROXY: 'http://no port:x' });
    expect(status).toBe(exitCodes.error);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  const verify = spawnSync('systemd-analyze', ['--version']);
  it.skipIf(verify.error)('R-45 systemd takes the unit that is installed', () => {
    const unit = join(dir, 'diwan-sync.service');
    const printed = run(['service', 'install', '--print'], { HTTP_PROXY: 'http://127.0.0.1:3128' }).stdout;
    expect(printed).toContain(`ExecStart="${process.execPath}" "`);
    expect(printed).toContain('Environment="HTTP_PROXY=http://127.0.0.1:3128"');
    writeFileSync(unit, printed);
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--user', unit], {
      env: { ...process.env, XDG_RUNTIME_DIR: dir },
      encoding: 'utf8',
    });
    expect(status, stderr).toBe(0);
    expect(stderr).not.toContain(unit);
  });

  it('R-45 without a systemd of one’s own, the service says so and writes nothing', () => {
    const env = {
      XDG_CONFIG_HOME: join(dir, 'config'),
      XDG_RUNTIME_DIR: join(dir, 'none'),
      DBUS_SESSION_BUS_ADDRESS: '',
    };
    const { status, stderr } = run(['service', 'install'], env);
    expect(status).toBe(exitCodes.unavailable);
    expect(stderr).toContain('diwan-sync run');
    expect(() => readFileSync(join(dir, 'config/systemd/user/diwan-sync.service'))).toThrow();
  });

  it('R-45 what systemd would read into a path stays as it is', () => {
    const text = unitText({ description: '100 %', command: ['/opt/n', '--home', '/a b/$x %h "q"\\', 'run'], env: {} });
    expect(text).toContain('ExecStart="/opt/n" "--home" "/a b/$$x %%h \\"q\\"\\\\" "run"');
    expect(text).toContain('Description=100 %%');
  });
});
