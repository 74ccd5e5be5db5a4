import { HubError } from '@diwan/protocol/errors.ts';
import type { Kind, RtpCapabilities, RtpParameters, Source, VroomAnswer } from '@diwan/protocol/vroom.ts';
import type { types } from 'mediasoup';
import { consume } from '../media/consume.ts';
import { produce } from '../media/produce.ts';
import { asked } from '../media/refusal.ts';
import { refuseCodec } from '../rules/encryption.ts';
import { refuseToConsume, refuseToProduce } from '../rules/media.ts';
import { refuseSource } from '../rules/roles.ts';
import { type Live, type Participant, type ParticipantMedia, type Received, tell, tellOthers } from './live-room.ts';
import { roleOf } from './meeting-now.ts';
import { lend } from './parts.ts';
import { weigh } from './speaking.ts';

// What is not one's own is not found: nobody learns which ids exist.

export function ownTransport(media: ParticipantMedia, id: string): types.WebRtcTransport {
  const transport = [media.send, media.recv].find((t) => t.id === id);
  if (!transport) throw new HubError('not_found', 'transport');
  return transport;
}

export function ownProducer(media: ParticipantMedia, id: string): types.Producer {
  const own = media.producers.get(id);
  if (!own) throw new HubError('not_found', 'producer');
  return own.producer;
}

function ownReceived(media: ParticipantMedia, id: string): Received {
  const received = media.consumers.get(id);
  if (!received) throw new HubError('not_found', 'consumer');
  return received;
}

export function ownConsumer(media: ParticipantMedia, id: string): types.Consumer {
  return ownReceived(media, id).consumer;
}

export async function createProducer(
  live: Live,
  self: Participant,
  media: ParticipantMedia,
  stream: { kind: Kind; source: Source; rtpParameters: RtpParameters; paused: boolean },
): Promise<VroomAnswer<'producer:create'>> {
  const sent = [...media.producers.values()].map((p) => p.source);
  const no = refuseToProduce(stream, sent) ?? refuseCodec(self.room.record.settings, stream);
  if (no) throw no;
  mustBeAllowed(self, stream);
  const producer = await produce(media.send, stream);
  if (stream.source === 'microphone') await watched(media, producer);
  if (producer.closed) throw new HubError('not_in_room');
  try {
    // Those in charge may have forbidden it while the worker was preparing.
    mustBeAllowed(self, stream);
  } catch (error) {
    producer.close();
    throw error;
  }
  // Listed and told in one go: who joins meanwhile hears of it once, from the list or from the event.
  media.producers.set(producer.id, { producer, source: stream.source });
  tellOthers(live, self, 'producer:added', {
    participantId: self.id,
    producer: { id: producer.id, kind: producer.kind, source: stream.source, paused: producer.paused },
  });
  return { producerId: producer.id };
}

/** What the room allows this person to send now; what is paused is neither heard nor seen. @throws HubError host_forbids */
function mustBeAllowed(self: Participant, { source, paused }: { source: Source; paused: boolean }): void {
  if (source === 'microphone' && paused) return;
  const role = roleOf(self.personId, self.room.meeting);
  const no = refuseSource(source, { role, mayUnmute: self.mayUnmute }, self.room.record.settings);
  if (no) throw no;
}

async function watched(media: ParticipantMedia, producer: types.Producer): Promise<void> {
  try {
    await media.home.speaker.add(producer);
  } catch (error) {
    producer.close();
    throw error;
  }
}

export async function pauseProducer(
  live: Live,
  self: Participant,
  media: ParticipantMedia,
  producerId: string,
  paused: boolean,
): Promise<void> {
  const producer = ownProducer(media, producerId);
  const { source } = media.producers.get(producerId) as { source: Source };
  if (!paused) mustBeAllowed(self, { source, paused });
  // Muted already, by somebody in charge who may have asked since: nothing is taken back.
  else if (source === 'microphone' && !producer.paused) self.mayUnmute = false;
  await asked(paused ? producer.pause() : producer.resume());
  tellOthers(live, self, 'producer:paused', { participantId: self.id, producerId, paused });
}

export function closeProducer(live: Live, self: Participant, media: ParticipantMedia, producerId: string): void {
  ownProducer(media, producerId).close();
  media.producers.delete(producerId);
  tellOthers(live, self, 'producer:removed', { participantId: self.id, producerId });
}

export async function createConsumer(
  live: Live,
  self: Participant,
  media: ParticipantMedia,
  wish: { producerId: string; rtpCapabilities: RtpCapabilities },
): Promise<VroomAnswer<'consumer:create'>> {
  const sender = [...self.room.participants.values()].find((p) => p.media?.producers.has(wish.producerId));
  const sent = sender?.media?.producers.get(wish.producerId);
  if (!sender?.media || !sent) throw new HubError('not_found', 'producer');
  const no = refuseToConsume(self, sender);
  if (no) throw no;
  // Asked twice for the same stream: the newer answer counts, one consumer remains.
  for (const [id, { consumer: earlier }] of media.consumers) {
    if (earlier.producerId !== wish.producerId) continue;
    earlier.close();
    media.consumers.delete(id);
  }
  const giveBack = await lend(self.room, sent.producer, sender.media.home, media.home);
  const consumer = await consume(media.recv, wish.producerId, wish.rtpCapabilities).catch((error) => {
    giveBack();
    throw error;
  });
  if (consumer.closed) giveBack();
  else consumer.observer.once('close', giveBack);
  if (consumer.closed) throw new HubError('not_in_room');
  const received = { consumer, source: sent.source, from: sender.id };
  media.consumers.set(consumer.id, received);
  weigh(self.room, received);
  consumer.on('producerclose', () => {
    media.consumers.delete(consumer.id);
    tell(live, self.connection, 'consumer:closed', { consumerId: consumer.id });
  });
  consumer.on('layerschange', (layers) => {
    tell(live, self.connection, 'consumer:layers', {
      consumerId: consumer.id,
      spatialLayer: layers?.spatialLayer ?? null,
      temporalLayer: layers?.temporalLayer ?? null,
    });
  });
  return {
    consumerId: consumer.id,
    producerId: consumer.producerId,
    kind: consumer.kind,
    type: consumer.type,
    rtpParameters: consumer.rtpParameters as RtpParameters,
    producerPaused: consumer.producerPaused,
  };
}

/** All sound and the first pictures of those who are there already. What can't be given now is asked for by itself later. */
export async function createFirstConsumers(
  live: Live,
  self: Participant,
  media: ParticipantMedia,
  { rtpCapabilities, pictures }: { rtpCapabilities: RtpCapabilities; pictures: number },
): Promise<VroomAnswer<'consumer:create'>[]> {
  const producers = [...self.room.participants.values()]
    .filter((other) => other !== self)
    .flatMap((other) => [...(other.media?.producers.values() ?? [])])
    .map(({ producer: { id, kind } }) => ({ id, kind }));
  const first = producers.filter(({ kind }) => kind === 'video').slice(0, pictures);
  const given = await Promise.allSettled(
    [...producers.filter(({ kind }) => kind === 'audio'), ...first].map(({ id: producerId }) =>
      createConsumer(live, self, media, { producerId, rtpCapabilities }),
    ),
  );
  return given.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
}

/** What the tile can use: the layers, and how much they are worth beside other pictures. */
export async function chooseLayers(
  self: Participant,
  media: ParticipantMedia,
  {
    consumerId,
    spatialLayer,
    temporalLayer,
  }: { consumerId: string; spatialLayer: number; temporalLayer?: number | undefined },
): Promise<void> {
  const received = ownReceived(media, consumerId);
  const layers = temporalLayer === undefined ? { spatialLayer } : { spatialLayer, temporalLayer };
  await asked(received.consumer.setPreferredLayers(layers));
  weigh(self.room, received);
}
