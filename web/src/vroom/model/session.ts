import type { Source, TransportOptions, VroomAnswer, VroomRequest } from '@diwan/protocol/vroom.ts';
import type { TransportOptions as ClientTransportOptions, Device, Transport } from 'mediasoup-client/types';
import { codeOf } from '../../wire/problem.ts';
import { batch } from './batch.ts';
import { type Feed, receive } from './feed.ts';
import type { Size } from './layout.ts';
import { type Offer, type Publication, publish } from './publication.ts';
import type { Signal } from './signal.ts';

/** The media of one stay in the room, from a join to the next: two transports, what goes out, what comes in. */
export interface Session {
  offer: (source: Source, offer: Offer) => void;
  /** Shows a producer at a size, or not at all. */
  show: (producerId: string, size: Size | null) => void;
  /** A producer that will be shown in a moment. */
  prepare: (producerId: string) => void;
  /** The producer is gone. */
  forget: (producerId: string) => void;
  consumerClosed: (consumerId: string) => void;
  /** What the browser counts of what is sent and received. */
  stats: () => Promise<{ send: Iterable<object>; receive: Iterable<object> }>;
  close: () => void;
}

export interface SessionOptions {
  signal: Signal;
  device: Device;
  answer: VroomAnswer<'room:join'>;
  onTrack: (producerId: string, track: MediaStreamTrack | null) => void;
  /** Of an encrypted meeting: what leaves is sealed, what comes is opened. */
  guard?: MediaGuard;
  /** Those in charge do not allow this source now. */
  onForbidden: (source: Source) => void;
  /** The way to the media is gone for good: join again. */
  onLost: () => void;
}

/** Stands between the browser's codecs and the network, from before the first frame on. */
export interface MediaGuard {
  sending: (sender: RTCRtpSender, source: Source) => void;
  receiving: (receiver: RTCRtpReceiver, producerId: string) => void;
}

/** Opens the media side of a join. */
export function openSession({ signal, device, answer, onTrack, onLost, onForbidden, guard }: SessionOptions): Session {
  const options = (transport: TransportOptions): ClientTransportOptions =>
    ({
      ...transport,
      iceServers: answer.iceServers,
    }) as unknown as ClientTransportOptions;
  const send = device.createSendTransport(options(answer.sendTransport));
  const recv = device.createRecvTransport(options(answer.recvTransport));
  for (const transport of [send, recv]) {
    transport.on('connect', ({ dtlsParameters }, done) => {
      signal.call('transport:connect', { transportId: transport.id, dtlsParameters }).catch((error) => {
        if (onError(error) === 'retry' && signal.isOpen()) onLost();
      });
      // On its way before the browser's first packet: it does not wait for the answer.
      done();
    });
  }
  send.on('produce', ({ kind, rtpParameters, appData }, done, failed) => {
    const request = { kind, rtpParameters, source: appData.source, paused: appData.paused };
    signal
      .call('producer:create', request as unknown as VroomRequest<'producer:create'>)
      .then(({ producerId }) => done({ id: producerId }), failed);
  });
  const stopMending = [send, recv].map((transport) => mendIce(transport, signal, onLost));

  let closed = false;
  const publications = new Map<Source, Publication>();
  const feeds = new Map<string, Feed>();
  const together = batch();
  const given = new Map(answer.received.map((received) => [received.producerId, received]));

  // A browser negotiates and starts its coders one after the other: the others' pictures first, one's own camera after them.
  const offers = new Map<Source, Offer>();
  let sending = false;
  function startSending(): void {
    if (sending || closed) return;
    sending = true;
    clearTimeout(patience);
    for (const [source, offer] of offers) publicationOf(source)?.want(offer);
  }
  const patience = setTimeout(startSending, receivingFirstMs);
  if (answer.others.every(({ producers }) => producers.every(({ kind, paused }) => kind === 'audio' || paused)))
    startSending();

  function onError(error: unknown): 'retry' | 'stop' {
    if (closed) return 'stop';
    switch (codeOf(error)) {
      case 'not_in_room':
        onLost();
        return 'stop';
      case 'not_found':
      case 'forbidden':
      case 'media_refused':
        return 'stop';
      default:
        return 'retry';
    }
  }

  /** Nothing for a source that never was on. */
  function publicationOf(source: Source): Publication | undefined {
    const known = publications.get(source);
    if (known !== undefined || !offers.get(source)?.track) return known;
    const publication = publish(source, {
      ...{ signal, device, transport: send, videoCodec: answer.videoCodec },
      ...(guard && { onRtpSender: (sender) => guard.sending(sender, source) }),
      onError(error) {
        if (codeOf(error) !== 'host_forbids' || closed) return onError(error);
        onForbidden(source);
        return 'stop';
      },
    });
    publications.set(source, publication);
    return publication;
  }

  function feedOf(producerId: string): Feed {
    const known = feeds.get(producerId);
    if (known !== undefined) return known;
    const feed = receive(producerId, {
      ...{ signal, device, transport: recv, together, given: given.get(producerId) },
      ...(guard && { onRtpReceiver: (receiver) => guard.receiving(receiver, producerId) }),
      onTrack(track) {
        if (closed) return;
        // The first of its packets are there.
        if (track?.kind === 'video') track.addEventListener('unmute', startSending, { once: true });
        onTrack(producerId, track);
      },
      onError,
    });
    given.delete(producerId);
    feeds.set(producerId, feed);
    return feed;
  }

  return {
    offer(source, offer) {
      offers.set(source, offer);
      if (sending) publicationOf(source)?.want(offer);
    },
    show(producerId, size) {
      if (size !== null || feeds.has(producerId)) feedOf(producerId).want(size);
    },
    prepare: (producerId) => feedOf(producerId).prepare(),
    forget(producerId) {
      feeds.get(producerId)?.close();
      feeds.delete(producerId);
    },
    consumerClosed(consumerId) {
      for (const feed of feeds.values()) feed.lost(consumerId);
    },
    async stats() {
      const [sent, received] = await Promise.all([send.getStats(), recv.getStats()]);
      return { send: sent.values(), receive: received.values() };
    },
    close() {
      closed = true;
      clearTimeout(patience);
      for (const stop of stopMending) stop();
      for (const publication of publications.values()) publication.close();
      // Transports first: their end takes all with it, without a negotiation for each part.
      send.close();
      recv.close();
      for (const feed of feeds.values()) feed.close();
    },
  };
}

/** Whoever can't receive is not kept from sending. */
const receivingFirstMs = 500;
const patienceMs = 3000;
const restartLimit = 3;

/** Restarts ICE when a transport's path is lost (RFC 8445, section 2.4): a new network needs no new session. */
function mendIce(transport: Transport, signal: Signal, onLost: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let restarts = 0;

  async function restart(): Promise<void> {
    // Without the line nothing can be mended; its return joins again.
    if (transport.closed || !signal.isOpen()) return;
    if (++restarts > restartLimit) return onLost();
    try {
      const { iceParameters } = await signal.call('transport:restart-ice', { transportId: transport.id });
      await transport.restartIce({
        iceParameters: iceParameters as Parameters<Transport['restartIce']>[0]['iceParameters'],
      });
      timer = setTimeout(restart, patienceMs * 2);
    } catch {
      if (!transport.closed && signal.isOpen()) onLost();
    }
  }

  transport.on('connectionstatechange', (state) => {
    clearTimeout(timer);
    if (state === 'connected') restarts = 0;
    if (state === 'disconnected') timer = setTimeout(restart, patienceMs);
    if (state === 'failed') void restart();
  });
  return () => clearTimeout(timer);
}
