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

/** What the hub's side of the transport says in SDP (RFC 8839, RFC 8842, RFC 9143). */
function hubSide(transport: TransportOptions, setup: 'passive' | 'actpass', sections: readonly Section[]): string {
  const fingerprint = transport.dtlsParameters.fingerprints.find((f) => f.algorithm === 'sha-256');
  const lines = [
    'v=0',
    'o=- 1 1 IN IP4 0.0.0.0',
    's=-',
    't=0 0',
    'a=ice-lite',
    `a=group:BUNDLE ${sections.map(({ mid }) => mid).join(' ')}`,
    `a=ice-ufrag:${transport.iceParameters.usernameFragment}`,
    `a=ice-pwd:${transport.iceParameters.password}`,
    `a=fingerprint:sha-256 ${fingerprint?.value}`,
    `a=setup:${setup}`,
    ...sections.flatMap(sectionLines),
    ...candidateLines(transport),
  ];
  return `${lines.join('\r\n')}\r\n`;
}

/** One m-section: one stream. */
interface Section {
  mid: string;
  stream: RtpParameters;
  direction: 'recvonly' | 'sendonly';
}

function sectionLines({ mid, stream, direction }: Section): string[] {
  const { isAudio, payloadType, ssrc } = partsOf(stream);
  return [
    `m=${isAudio ? 'audio' : 'video'} 9 UDP/TLS/RTP/SAVPF ${payloadType}`,
    'c=IN IP4 0.0.0.0',
    `a=mid:${mid}`,
    `a=${direction}`,
    'a=rtcp-mux',
    `a=rtpmap:${payloadType} ${isAudio ? 'opus/48000/2' : 'VP8/90000'}`,
    ...(direction === 'sendonly' ? [`a=ssrc:${ssrc} cname:hub`] : []),
  ];
}

function partsOf({ codecs, encodings }: RtpParameters) {
  const [codec] = codecs;
  const ssrc = encodings?.[0]?.ssrc;
  if (!codec || ssrc === undefined) throw new Error('one codec and one SSRC, please');
  return { isAudio: codec.mimeType.startsWith('audio'), payloadType: codec.payloadType, ssrc };
}

const candidateLines = (transport: TransportOptions) =>
  transport.iceCandidates
    .filter((c) => c.protocol === 'udp')
    .map((c) => `a=candidate:${c.foundation} 1 udp ${c.priority} ${c.address} ${c.port} typ host`);

function fingerprintOf(peer: PeerConnection): OwnDtls {
  const value = /a=fingerprint:sha-256 (\S+)/i.exec(peer.localDescription()?.sdp ?? '')?.[1];
  if (!value) throw new Error('no fingerprint');
  return { role: 'client', fingerprints: [{ algorithm: 'sha-256', value }] };
}

export interface OwnDtls {
  role: 'client';
  fingerprints: { algorithm: string; value: string }[];
}
/** Tells the hub's side of the transport who will call. */
export type Connect = (dtlsParameters: OwnDtls) => Promise<unknown>;

/** Connects a send transport with a track for each stream. */
export async function sendTracks(
  connect: Connect,
  transport: TransportOptions,
  streams: readonly RtpParameters[],
): Promise<{ tracks: Track[]; close(): void }> {
  const peer = new PeerConnection('sender', { iceServers: [], disableAutoNegotiation: true });
  const up = connected(peer);
  const tracks = streams.map((stream, index) => peer.addTrack(outgoing(stream, String(index))));
  peer.setLocalDescription('offer');
  await connect(fingerprintOf(peer));
  const sections = streams.map((stream, index) => ({ mid: String(index), stream, direction: 'recvonly' as const }));
  peer.setRemoteDescription(hubSide(transport, 'passive', sections), 'answer');
  await up;
  return { tracks, close: () => peer.close() };
}

function outgoing(stream: RtpParameters, mid: string): Audio | Video {
  const { isAudio, payloadType, ssrc } = partsOf(stream);
  const media = isAudio ? new Audio(mid, 'SendOnly') : new Video(mid, 'SendOnly');
  if (media instanceof Audio) media.addOpusCodec(payloadType);
  else media.addVP8Codec(payloadType);
  media.addSSRC(ssrc, 'test');
  return media;
}

export interface Incoming {
  rtpParameters: RtpParameters;
  /** Is given each packet as it comes: RTP, and RTCP too (RFC 5761). */
  take: (packet: Buffer) => void;
}

/** Connects a receive transport for these consumers. */
export async function receiveTracks(
  connect: Connect,
  transport: TransportOptions,
  incoming: readonly Incoming[],
): Promise<{ close(): void }> {
  const peer = new PeerConnection('receiver', { iceServers: [], disableAutoNegotiation: true });
  const up = connected(peer);
  // Kept: a track that the collector takes says nothing more.
  const held: Track[] = [];
  const sections = incoming.map(({ rtpParameters: stream }, index) => ({
    mid: stream.mid ?? String(index),
    stream,
    direction: 'sendonly' as const,
  }));
  peer.onTrack((track) => {
    held.push(track);
    const taker = incoming[sections.findIndex(({ mid }) => mid === track.mid())];
    if (taker) track.onMessage(taker.take);
  });
  peer.setRemoteDescription(hubSide(transport, 'actpass', sections), 'offer');
  peer.setLocalDescription('answer');
  await connect(fingerprintOf(peer));
  await up;
  return {
    close() {
      for (const track of held) track.close();
      peer.close();
    },
  };
}

export interface Sender {
  track: Track;
  close(): void;
}

const connectOver =
  (client: Client, transport: TransportOptions): Connect =>
  (dtlsParameters) =>
    client.call('transport:connect', { transportId: transport.id, dtlsParameters });

/** Connects a send transport with one track. */
export async function openSender(client: Client, transport: TransportOptions, stream: RtpParameters): Promise<Sender> {
  const { tracks, close } = await sendTracks(connectOver(client, transport), transport, [stream]);
  return { track: tracks[0] as Track, close };
}

/** Connects a receive transport for one consumer; `take` is given each packet as it comes. */
export async function openReceiver(
  client: Client,
  transport: TransportOptions,
  rtpParameters: RtpParameters,
  take: (packet: Buffer) => void,
): Promise<{ close(): void }> {
  return receiveTracks(connectOver(client, transport), transport, [{ rtpParameters, take }]);
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
