import { HubError } from '@diwan/protocol/errors.ts';
import type { Kind, RtpParameters, Source } from '@diwan/protocol/vroom.ts';

const kindOf: Record<Source, Kind> = {
  microphone: 'audio',
  camera: 'video',
  screen: 'video',
  'screen-audio': 'audio',
};

/** Why this stream may not be sent, if it may not: each source is of one kind and is sent once. */
export function refuseToProduce(
  stream: { kind: Kind; source: Source; rtpParameters: RtpParameters },
  alreadySent: Iterable<Source>,
): HubError | undefined {
  if (kindOf[stream.source] !== stream.kind)
    return new HubError('media_refused', `${stream.source} is not ${stream.kind}`);
  const stranger = stream.rtpParameters.codecs.find((c) => !c.mimeType.toLowerCase().startsWith(`${stream.kind}/`));
  if (stranger) return new HubError('media_refused', `${stranger.mimeType} is not ${stream.kind}`);
  for (const source of alreadySent)
    if (source === stream.source) return new HubError('conflict', `${source} is already sent`);
  return undefined;
}

/** Why this stream may not be received, if it may not: one hears the others, not oneself. The sender is in the same room. */
export function refuseToConsume(self: { id: string }, sender: { id: string }): HubError | undefined {
  return self.id === sender.id ? new HubError('forbidden', 'this is your own stream') : undefined;
}

/** Bytes of each digest that DTLS-SRTP fingerprints may use (RFC 8122). */
const digestBytes = new Map([
  ['sha-1', 20],
  ['sha-224', 28],
  ['sha-256', 32],
  ['sha-384', 48],
  ['sha-512', 64],
]);

/** Why no certificate can match these fingerprints, if none can; mediasoup would take them and wait for ever. */
export function refuseFingerprints(
  fingerprints: readonly { algorithm: string; value: string }[],
): HubError | undefined {
  for (const { algorithm, value } of fingerprints) {
    const bytes = value.split(':');
    if (bytes.length !== digestBytes.get(algorithm) || !bytes.every((byte) => /^[0-9a-f]{2}$/i.test(byte)))
      return new HubError('media_refused', 'not a fingerprint');
  }
  return undefined;
}

/**
 * Whose layers are kept when a receiver's bandwidth does not carry all, from 1 to 255: a shared screen first, then whoever has the
 * attention, then the larger tiles.
 * @param layer the spatial layer that the tile's size asks for
 */
export function videoPriority(picture: { source: Source; attention: boolean; layer: number }): number {
  if (picture.source === 'screen') return 250;
  return (picture.attention ? 200 : 10) + 10 * picture.layer;
}
