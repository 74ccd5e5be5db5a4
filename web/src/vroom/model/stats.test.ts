import { describe, expect, it } from 'vitest';
import { lookAt, ratesBetween } from './stats.ts';

const reports = (packets: number, lost: number, layerBytes: [number, number]) => [
  { id: 'T', type: 'transport', selectedCandidatePairId: 'P' },
  {
    id: 'P',
    type: 'candidate-pair',
    localCandidateId: 'L',
    currentRoundTripTime: 0.045,
    availableOutgoingBitrate: 9e5,
  },
  { id: 'L', type: 'local-candidate', candidateType: 'relay', protocol: 'udp', relayProtocol: 'tls' },
  { id: 'C', type: 'codec', mimeType: 'video/VP8' },
  {
    ...{ id: 'I', type: 'inbound-rtp', kind: 'audio', trackIdentifier: 'their-voice', bytesReceived: packets * 100 },
    ...{ packetsReceived: packets, packetsLost: lost, jitter: 0.012, totalSamplesReceived: packets * 960 },
    ...{ concealedSamples: lost * 960, silentConcealedSamples: 0 },
  },
  { id: 'M', type: 'media-source', trackIdentifier: 'own-face' },
  ...layerBytes.map((bytesSent, layer) => ({
    ...{
      id: `O${layer}`,
      type: 'outbound-rtp',
      kind: 'video',
      mediaSourceId: 'M',
      remoteId: `R${layer}`,
      codecId: 'C',
    },
    ...{ bytesSent, packetsSent: bytesSent / 1000, framesEncoded: bytesSent / 5000 },
    ...{ frameWidth: 320 * (layer + 1), frameHeight: 180 * (layer + 1) },
  })),
  { id: 'R0', type: 'remote-inbound-rtp', packetsLost: 0, jitter: 0.002, roundTripTime: 0.05 },
  { id: 'R1', type: 'remote-inbound-rtp', packetsLost: lost, jitter: 0.004, roundTripTime: 0.06 },
];

describe('R-35 what the browser counts', () => {
  const before = lookAt(reports(1000, 10, [100_000, 400_000]), 0);
  const after = lookAt(reports(1090, 20, [150_000, 600_000]), 2000);

  it('the way the media takes: relayed ones by how the relay is reached', () => {
    expect(after.path).toEqual({ protocol: 'tls', relay: true, rttMs: 45, outgoing: 900_000 });
    expect(lookAt([], 0).path).toEqual({ protocol: null, relay: false, rttMs: null, outgoing: null });
  });

  it('between two looks: what came, what was lost of it, what was made up', () => {
    const rates = ratesBetween(before, after).get('their-voice');
    expect(rates).toMatchObject({
      direction: 'in',
      kind: 'audio',
      bitrate: 36_000,
      loss: 0.1,
      packets: 90,
      jitterMs: 12,
    });
    expect(rates?.concealed).toBeCloseTo(10 / 90);
  });

  it('layers of one picture are one stream, as large as the largest', () => {
    expect(ratesBetween(before, after).get('own-face')).toMatchObject({
      ...{ direction: 'out', codec: 'VP8', width: 640, height: 360, bitrate: 1_000_000, fps: 20, rttMs: 60 },
      ...{ loss: 10 / 250 },
    });
  });

  it('counters that begin again say nothing', () => {
    expect(ratesBetween(after, lookAt(reports(50, 0, [1000, 1000]), 4000)).size).toBe(0);
    expect(ratesBetween(after, after).size).toBe(0);
  });
});
