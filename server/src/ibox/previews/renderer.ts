import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { HubError } from '@diwan/protocol/errors.ts';

const longestRenderMs = 20_000;
const idleMs = 60_000;
const mostWaiting = 500;

type Answer = { rendered: Uint8Array } | { refused: string };

export interface Renderer {
  /**
   * @param read gives the picture's bytes, when its turn has come
   * @param edge in pixels
   * @param mediaType how the bytes are to be read
   * @returns WebP
   * @throws {HubError} preview_unavailable for what can't be read in 20 seconds, unavailable when 500 wait, and what `read` throws
   */
  render(read: () => Promise<Uint8Array>, edge: number, mediaType: string): Promise<Uint8Array>;
  close(): void;
}

/** Makes pictures smaller and draws first pages, one at a time, in a process that is started when needed and ended when it hangs or rests. */
export function createRenderer(): Renderer {
  let child: ChildProcess | undefined;
  let rest: NodeJS.Timeout | undefined;
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();

  function start(): ChildProcess {
    const started = fork(fileURLToPath(new URL('./render-child.ts', import.meta.url)), {
      serialization: 'advanced',
      // None of the hub's settings, which have secrets.
      env: {},
      execArgv: ['--max-old-space-size=256'],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    started.once('exit', () => {
      if (child === started) child = undefined;
    });
    // An idle child keeps no hub from ending.
    started.unref();
    started.channel?.unref();
    return started;
  }

  function stop(): void {
    clearTimeout(rest);
    child?.kill('SIGKILL');
    child = undefined;
  }

  async function ask(bytes: Uint8Array, edge: number, mediaType: string): Promise<Uint8Array> {
    clearTimeout(rest);
    child ??= start();
    const asked = child;
    const { promise, resolve } = Promise.withResolvers<Answer>();
    const onExit = () => resolve({ refused: 'the decoder broke' });
    const late = setTimeout(() => {
      resolve({ refused: 'too slow' });
      stop();
    }, longestRenderMs);
    asked.once('message', resolve).once('exit', onExit).once('error', onExit);
    asked.send({ bytes, edge, mediaType }, (error) => error && onExit());
    const answer = await promise;
    clearTimeout(late);
    asked.off('message', resolve).off('exit', onExit).off('error', onExit);
    rest = setTimeout(stop, idleMs).unref();
    if ('refused' in answer) throw new HubError('preview_unavailable', answer.refused);
    return answer.rendered;
  }

  return {
    async render(read, edge, mediaType) {
      if (waiting >= mostWaiting) throw new HubError('unavailable', 'too many previews', 10);
      waiting++;
      const rendered = last.then(async () => ask(await read(), edge, mediaType)).finally(() => waiting--);
      last = rendered.catch(() => {});
      return rendered;
    },
    close: stop,
  };
}
