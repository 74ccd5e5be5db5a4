import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { iceServers } from '../../server/src/vroom/ice-servers.ts';
import { available, program } from './available.ts';
import { startChromium } from './chromium.ts';
import { startCoturn, startTlsCoturn } from './coturn.ts';

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

describe.skipIf(!available('coturn') || !program('openssl'))('R-35 TURN over TLS, with what the hub hands out', () => {
  it('relays by coturn’s own client, and not for another’s name', async () => {
    const coturn = await startTlsCoturn();
    try {
      const [own] = iceServers({ turnUrl: coturn.url, turnSecret: coturn.secret }, 'account', Date.now());
      const relay = (username = '', password = '') =>
        promisify(execFile)(program('turnutils_uclient') as string, [
          ...['-t', '-S', '-y', '-c', '-n', '2', '-m', '1'],
          ...['-u', username, '-w', password, '-p', String(coturn.port), '127.0.0.1'],
        ]);
      const { stdout } = await relay(own?.username, own?.credential);
      expect(stdout).toMatch(/tot_send_msgs=([1-9]\d*), tot_recv_msgs=\1$/m);
      await expect(relay(`9${own?.username}`, own?.credential)).rejects.toThrow();
    } finally {
      await coturn.stop();
    }
  });

  it.skipIf(!available('chromium'))('relays for Chromium, both ends of a connection', async () => {
    const coturn = await startTlsCoturn();
    // The certificate is nobody's; an operator's is from a known authority.
    const browser = await startChromium(['--ignore-certificate-errors']);
    try {
      const page = await browser.newPage();
      const ice = iceServers({ turnUrl: coturn.url, turnSecret: coturn.secret }, 'account', Date.now());
      const told = await page.evaluate(echo, ice as RTCIceServer[]);
      expect(told).toEqual({ heard: 'salam', relayProtocols: ['tls', 'tls'] });
    } finally {
      await browser.close();
      await coturn.stop();
    }
  });
});

/** Runs in the page: sends a word to itself through relays alone; the ways it took. */
async function echo(iceServers: RTCIceServer[]) {
  const ends = [0, 1].map(() => new RTCPeerConnection({ iceServers, iceTransportPolicy: 'relay' }));
  const [a, b] = ends as [RTCPeerConnection, RTCPeerConnection];
  a.onicecandidate = ({ candidate }) => candidate && b.addIceCandidate(candidate);
  b.onicecandidate = ({ candidate }) => candidate && a.addIceCandidate(candidate);
  const channel = a.createDataChannel('echo');
  channel.onopen = () => channel.send('salam');
  const heard = new Promise<string>((resolve) => {
    b.ondatachannel = ({ channel: other }) => {
      other.onmessage = ({ data }) => resolve(data);
    };
  });
  await a.setLocalDescription();
  await b.setRemoteDescription(a.localDescription as RTCSessionDescription);
  await b.setLocalDescription();
  await a.setRemoteDescription(b.localDescription as RTCSessionDescription);
  const word = await heard;
  const relayProtocols: string[] = [];
  for (const end of ends) {
    const reports = [...(await end.getStats()).values()];
    const transport = reports.find(({ type }) => type === 'transport');
    const pair = reports.find(({ id }) => id === transport?.selectedCandidatePairId);
    relayProtocols.push(reports.find(({ id }) => id === pair?.localCandidateId)?.relayProtocol);
  }
  return { heard: word, relayProtocols };
}
