// Builds mediasoup-worker from the sources inside the npm package `mediasoup`, against Debian's libraries. docs/adr/0001.
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../run.mjs';
import { groupSources } from './jumbo.mjs';

const here = dirname(fileURLToPath(import.meta.url));

/** What the build needs from Debian 12 or 13. */
export const DEBIAN_PACKAGES = [
  'build-essential',
  'pkg-config',
  'meson',
  'ninja-build',
  'libuv1-dev',
  'libssl-dev',
  'libsrtp2-dev',
  'libflatbuffers-dev',
  'flatbuffers-compiler',
  'libabsl-dev',
];

/**
 * @param {string} mediasoup folder of the npm package
 * @param {string} target file to write; appears only when complete
 * @param {(done: number, all: number) => void} progress called for each compiled unit
 * @throws {Error} with the end of the compiler's output
 */
export async function buildWorker(mediasoup, target, progress) {
  const build = mkdtempSync(join(tmpdir(), 'mediasoup-worker-'));
  try {
    cpSync(join(mediasoup, 'worker'), build, { recursive: true });
    useDebianLibraries(build);
    patchSources(build);
    groupSources(join(build, 'meson.build'), 'common_sources');
    groupSources(join(build, 'deps/libwebrtc/meson.build'), 'libwebrtc_sources');
    await run('meson', ['setup', 'out', '--buildtype=release', '-Db_ndebug=true'], { cwd: build });
    await run('ninja', ['-C', 'out', 'mediasoup-worker'], {
      cwd: build,
      onLine: (line) => {
        const step = /^\[(\d+)\/(\d+)\]/.exec(line);
        if (step) progress(Number(step[1]), Number(step[2]));
      },
    });
    const binary = join(build, 'out/mediasoup-worker');
    await run('strip', [binary]);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(binary, `${target}.part`);
    chmodSync(`${target}.part`, 0o755);
    renameSync(`${target}.part`, target);
  } finally {
    rmSync(build, { recursive: true, force: true });
  }
}

/** Puts stubs that hand over the system's libraries in place of the sources that meson would download. */
function useDebianLibraries(build) {
  const subprojects = join(build, 'subprojects');
  for (const name of readdirSync(subprojects)) if (name.endsWith('.wrap')) rmSync(join(subprojects, name));
  cpSync(join(here, 'subprojects'), subprojects, { recursive: true });
}

function patchSources(build) {
  // Debian 12 has meson 1.0.1; nothing the build uses needs newer.
  replace(join(build, 'meson.build'), "meson_version: '>= 1.1.0'", "meson_version: '>= 1.0.0'");
  // The BIO callback answers 1 to every control call that is not a bare BIO_CB_RETURN. On an OpenSSL built with kernel TLS
  // (Debian's is) BIO_get_ktls_send() then reads as "yes", the DTLS write buffer is never allocated, and the first handshake
  // ends in SIGSEGV. Pass the real result through.
  replace(
    join(build, 'src/RTC/DtlsTransport.cpp'),
    '(operationType == BIO_CB_RETURN) ?',
    '((operationType & BIO_CB_RETURN) != 0) ?',
  );
}

function replace(file, from, to) {
  const text = readFileSync(file, 'utf8');
  if (!text.includes(from))
    throw new Error(`${file} no longer contains "${from}": review setup/media-worker for this mediasoup`);
  writeFileSync(file, text.replace(from, to));
}
