import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A line to a local port that counts what goes over it, both ways. */
export interface CountingLine {
  url: string;
  /** Bytes since the start. */
  readonly bytes: number;
  close(): void;
}

export async function openCountingLine(port: number): Promise<CountingLine> {
  let bytes = 0;
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    // Answers go through memory that is used again: the line shall not be what is measured.
    const far = connect({
      port,
      host: '127.0.0.1',
      onread: {
        buffer: Buffer.allocUnsafeSlow(512 * 1024),
        callback(length: number, piece: Uint8Array) {
          bytes += length;
          near.write(piece.subarray(0, length), () => far.resume());
          return false;
        },
      },
    });
    far.on('end', () => near.end());
    near.on('data', (piece) => {
      bytes += piece.length;
    });
    near.pipe(far);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.setNoDelay(true);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get bytes() {
      return bytes;
    },
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
