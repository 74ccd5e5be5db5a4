import type { RtpParameters, TransportOptions } from '@diwan/protocol/vroom.ts';
import { Audio, type IceServer, PeerConnection, type Track, Video } from 'node-datachannel';
import type { Client } from './meeting.ts';

// A browser's media side without the browser: libdatachannel does real ICE, DTLS and SRTP.

const seconds = 15;

/** Resolves when it has connected. */
function connected(peer: PeerConnection): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not connected: ${peer.state()}`)), seconds * 1000);
    peer.onStateChange((state) => {
      if (state !== 'connected') return;
      clearTimeout(timer);
      resolve();
    });
  });
}

/** What the hub's side of the transport says in SDP (RFC 8839, RFC 8842). */
function hubSide(transport: TransportOptions, setup: 'passive' | 'actpass'): string[] {
  const fingerprint = transport.dtlsParameters.fingerprints.find((f) => f.algorithm === 'sha-256');
  return [
    'v=0',
    'o=- 1 1 IN IP4 0.0.0.0',
    's=-',
    't=0 0',
    'a=ice-lite',
    `a=ice-ufrag:${transport.iceParameters.usernameFragment}`,
    `a=ice-pwd:${transport.iceParameters.password}`,
    `a=fingerprint:sha-256 ${fingerprint?.value}`,
    `a=setup:${setup}`,
  ];
}

const candidateLines = (transport: TransportOptions) =>
  transport.iceCandidates
    .filter((c) => c.protocol === 'udp')
    .map((c) => `a=candidate:${c.foundation} 1 udp ${c.priority} ${c.address} ${c.port} typ host`);

function fingerprintOf(peer: PeerConnection) {
  const value = /a=fingerprint:sha-256 (\S+)/i.exec(peer.localDescription()?.sdp ?? '')?.[1];
  if (!value) throw new Error('no fingerprint');
  return { role: 'client' as const, fingerprints: [{ algorithm: 'sha-256', value }] };
}

export interface Sender {
  track: Track;
  close(): void;
}

/** Connects a send transport with one track. */
export async function openSender(client: Client, transport: TransportOptions, stream: RtpParameters): Promise<Sender> {
  const [codec] = stream.codecs;
  const ssrc = stream.encodings?.[0]?.ssrc;
  if (!codec || ssrc === undefined) throw new Error('one codec and one SSRC, please');
  const isAudio = codec.mimeType.startsWith('audio');
  const media = isAudio ? new Audio('0', 'SendOnly') : new Video('0', 'SendOnly');
  if (media instanceof Audio) media.addOpusCodec(codec.payloadType);
  else media.addVP8Codec(codec.payloadType);
  media.addSSRC(ssrc, 'test');
  const peer = new PeerConnection('sender', { iceServers: [], disableAutoNegotiation: true });
  const up = connected(peer);
  const track = peer.addTrack(media);
  peer.setLocalDescription('offer');
  await client.call('transport:connect', { transportId: transport.id, dtlsParameters: fingerprintOf(peer) });
  const answer = [
    ...hubSide(transport, 'passive'),
    `m=${isAudio ? 'audio' : 'video'} 9 UDP/TLS/RTP/SAVPF ${codec.payloadType}`,
    'c=IN IP4 0.0.0.0',
    'a=mid:0',
    'a=recvonly',
    'a=rtcp-mux',
    `a=rtpmap:${codec.payloadType} ${isAudio ? 'opus/48000/2' : 'VP8/90000'}`,
    ...candidateLines(transport),
  ];
  peer.setRemoteDescription(`${answer.join('\r\n')}\r\n`, 'answer');
  await up;
  return { track, close: () => peer.close() };
}

/** Connects a receive transport for one consumer; `take` is given each RTP packet as it comes. */
export async function openReceiver(
  client: Client,
  transport: TransportOptions,
  rtpParameters: RtpParameters,
  take: (packet: Buffer) => void,
): Promise<{ close(): void }> {
  const [codec] = rtpParameters.codecs;
  const ssrc = rtpParameters.encodings?.[0]?.ssrc;
  if (!codec) throw new Error('no codec');
  const isAudio = codec.mimeType.startsWith('audio');
  const peer = new PeerConnection('receiver', { iceServers: [], disableAutoNegotiation: true });
  const up = connected(peer);
  let held: Track | undefined;
  peer.onTrack((track) => {
    held = track;
    track.onMessage(take);
  });
  const mid = rtpParameters.mid ?? '0';
  const offer = [
    ...hubSide(transport, 'actpass'),
    `m=${isAudio ? 'audio' : 'video'} 9 UDP/TLS/RTP/SAVPF ${codec.payloadType}`,
    'c=IN IP4 0.0.0.0',
    `a=mid:${mid}`,
    'a=sendonly',
    'a=rtcp-mux',
    `a=rtpmap:${codec.payloadType} ${isAudio ? 'opus/48000/2' : 'VP8/90000'}`,
    `a=ssrc:${ssrc} cname:hub`,
    ...candidateLines(transport),
  ];
  peer.setRemoteDescription(`${offer.join('\r\n')}\r\n`, 'offer');
  peer.setLocalDescription('answer');
  await client.call('transport:connect', { transportId: transport.id, dtlsParameters: fingerprintOf(peer) });
  await up;
  return {
    close() {
      held?.close();
      peer.close();
    },
  };
}

/** Whether this TURN server gives the peer a relayed address. */
export async function isRelayed(server: IceServer): Promise<boolean> {
  const peer = new PeerConnection('relayed', { iceServers: [server], disableAutoNegotiation: true });
  const gathered = new Promise<void>((resolve) => {
    peer.onGatheringStateChange((state) => state === 'complete' && resolve());
  });
  peer.addTrack(new Audio('0', 'SendOnly'));
  peer.setLocalDescription('offer');
  await gathered;
  const sdp = peer.localDescription()?.sdp ?? '';
  peer.close();
  return sdp.includes('typ relay');
}

/** An RTP packet (RFC 3550). @param level RFC 6464 audio level in -dBov; leaves the extension out when not given */
export function rtp(
  head: { payloadType: number; ssrc: number; sequence: number; time: number },
  payload: Buffer,
  level?: number,
): Buffer {
  const header = Buffer.alloc(12);
  header[0] = level === undefined ? 0x80 : 0x90;
  header[1] = head.payloadType;
  header.writeUInt16BE(head.sequence & 0xffff, 2);
  header.writeUInt32BE(head.time >>> 0, 4);
  header.writeUInt32BE(head.ssrc, 8);
  if (level === undefined) return Buffer.concat([header, payload]);
  // One-byte extensions (RFC 8285): id 10, one byte long, voice bit set; padded to a word.
  return Buffer.concat([header, Buffer.from([0xbe, 0xde, 0, 1, 0xa0, 0x80 | level, 0, 0]), payload]);
}

/** The payload of a packet of `rtp()` or the hub, behind CSRCs and extensions. */
export function payloadOf(packet: Buffer): Buffer {
  const first = packet[0] ?? 0;
  let at = 12 + 4 * (first & 0x0f);
  if (first & 0x10) at += 4 + 4 * packet.readUInt16BE(at + 2);
  return packet.subarray(at);
}
