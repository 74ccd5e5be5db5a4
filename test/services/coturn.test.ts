import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { available, program } from './available.ts';
import { startCoturn } from './coturn.ts';

it.skipIf(!available('coturn'))('coturn relays for who knows the secret and for nobody else', async () => {
  // Its own client: sends messages through a relay to itself (two, or two each way) and counts those that came back.
  const client = program('turnutils_uclient') as string;
  const coturn = await startCoturn(['--allow-loopback-peers']);
  const relay = (secret: string) =>
    promisify(execFile)(client, [
      '-y',
      '-c',
      '-n',
      '2',
      '-m',
      '1',
      '-W',
      secret,
      '-p',
      String(coturn.port),
      '127.0.0.1',
    ]);
  try {
    expect((await relay(coturn.secret)).stdout).toMatch(/tot_send_msgs=([1-9]\d*), tot_recv_msgs=\1$/m);
    await expect(relay('wrong-secret')).rejects.toThrow();
  } finally {
    await coturn.stop();
  }
});
