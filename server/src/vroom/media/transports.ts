import type { DtlsParameters, TransportOptions } from '@diwan/protocol/vroom.ts';
import type { types } from 'mediasoup';
import type { z } from 'zod';
import { asked } from './refusal.ts';
import type { MediaRouter } from './router.ts';

/** Bits per second: a first guess, before the browser's reports say better. */
const initialAvailableOutgoingBitrate = 1_000_000;
/** Bits per second: simulcast camera, screen and voice fit; one person can't take the hub's whole line. */
const maxIncomingBitrate = 10_000_000;
/** Seconds without a sign of life before ICE counts as lost (RFC 7675 asks for 30 at most). */
const iceConsentTimeout = 20;

/** Media of one participant to or from the hub. UDP where it gets through, TCP otherwise. */
export async function openTransport(
  { router, server }: MediaRouter,
  direction: 'send' | 'recv',
): Promise<types.WebRtcTransport> {
  const transport = await asked(
    router.createWebRtcTransport({
      webRtcServer: server,
      enableUdp: true,
      enableTcp: true,
      preferUdp: true,
      iceConsentTimeout,
      initialAvailableOutgoingBitrate,
    }),
  );
  if (direction === 'send') {
    try {
      await asked(transport.setMaxIncomingBitrate(maxIncomingBitrate));
    } catch (error) {
      transport.close();
      throw error;
    }
  }
  return transport;
}

/** What the browser needs to reach it. */
export function transportOptions(transport: types.WebRtcTransport): TransportOptions {
  const { id, iceParameters, iceCandidates, dtlsParameters } = transport;
  return { id, iceParameters, iceCandidates, dtlsParameters };
}

/** @throws HubError media_refused when the fingerprints are no fingerprints, or the transport is connected already */
export async function connectTransport(
  transport: types.WebRtcTransport,
  dtlsParameters: z.output<typeof DtlsParameters>,
): Promise<void> {
  await asked(transport.connect({ dtlsParameters: dtlsParameters as types.DtlsParameters }), transport);
}
