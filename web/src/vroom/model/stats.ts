// What the browser counts about its connections (https://www.w3.org/TR/webrtc-stats/), as this app needs it.

/** One received or sent stream, counted from its beginning. */
export interface Counts {
  direction: 'in' | 'out';
  kind: 'audio' | 'video';
  bytes: number;
  packets: number;
  lost: number;
  frames: number;
  /** Time during which the picture stood still (ms). */
  frozenMs: number;
  /** Samples of sound that were made up, and all. */
  concealed: number;
  samples: number;
  jitterMs: number;
  /** There and back, as the other end reports it; only of what is sent. */
  rttMs: number | null;
  codec: string | null;
  width: number | null;
  height: number | null;
}

/** The way that the media takes. */
export interface Path {
  /** `relay`: through a TURN server, which is reached by `protocol`. */
  protocol: 'udp' | 'tcp' | 'tls' | null;
  relay: boolean;
  rttMs: number | null;
  /** What the browser thinks it could send (bit/s). */
  outgoing: number | null;
}

/** Everything at one moment. Streams by the id of their track; of simulcast layers the sum, with the size of the largest. */
export interface Look {
  atMs: number;
  path: Path;
  streams: ReadonlyMap<string, Counts>;
}

// biome-ignore lint/suspicious/noExplicitAny: browsers differ in what they report; each field is checked where it is read
type Report = Record<string, any>;

const numberOf = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0);
const maybe = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null);

export function lookAt(reports: Iterable<Report>, atMs: number): Look {
  const all = [...reports];
  const byId = new Map(all.map((report) => [report.id as string, report]));
  const streams = new Map<string, Counts>();
  for (const report of all) {
    if (report.type !== 'inbound-rtp' && report.type !== 'outbound-rtp') continue;
    const sent = report.type === 'outbound-rtp';
    const track = sent ? byId.get(report.mediaSourceId)?.trackIdentifier : report.trackIdentifier;
    if (typeof track !== 'string') continue;
    const counts = countsOf(report, byId);
    const before = streams.get(track);
    streams.set(track, before === undefined ? counts : together(before, counts));
  }
  return { atMs, path: pathOf(all, byId), streams };
}

function countsOf(report: Report, byId: ReadonlyMap<string, Report>): Counts {
  const sent = report.type === 'outbound-rtp';
  const far = sent ? (byId.get(report.remoteId) ?? {}) : report;
  const codec = byId.get(report.codecId)?.mimeType;
  return {
    direction: sent ? 'out' : 'in',
    kind: report.kind === 'video' ? 'video' : 'audio',
    bytes: numberOf(sent ? report.bytesSent : report.bytesReceived),
    packets: numberOf(sent ? report.packetsSent : report.packetsReceived),
    lost: Math.max(0, numberOf(far.packetsLost)),
    frames: numberOf(sent ? report.framesEncoded : report.framesDecoded),
    frozenMs: numberOf(report.totalFreezesDuration) * 1000,
    concealed: numberOf(report.concealedSamples) - numberOf(report.silentConcealedSamples),
    samples: numberOf(report.totalSamplesReceived),
    jitterMs: numberOf(far.jitter) * 1000,
    rttMs: sent && maybe(far.roundTripTime) !== null ? numberOf(far.roundTripTime) * 1000 : null,
    codec: typeof codec === 'string' ? (codec.split('/')[1] ?? null) : null,
    width: maybe(report.frameWidth),
    height: maybe(report.frameHeight),
  };
}

/** Two layers of one track. */
function together(a: Counts, b: Counts): Counts {
  const larger = (a.width ?? 0) >= (b.width ?? 0) ? a : b;
  return {
    ...larger,
    bytes: a.bytes + b.bytes,
    packets: a.packets + b.packets,
    lost: a.lost + b.lost,
    frames: Math.max(a.frames, b.frames),
    jitterMs: Math.max(a.jitterMs, b.jitterMs),
    rttMs: Math.max(a.rttMs ?? 0, b.rttMs ?? 0) || null,
  };
}

function pathOf(all: readonly Report[], byId: ReadonlyMap<string, Report>): Path {
  const selected = all.find(({ type, selectedCandidatePairId }) => type === 'transport' && selectedCandidatePairId);
  const pair =
    byId.get(selected?.selectedCandidatePairId) ??
    all.find(({ type, nominated, state }) => type === 'candidate-pair' && nominated && state === 'succeeded');
  const local = byId.get(pair?.localCandidateId);
  const relay = local?.candidateType === 'relay';
  const protocol = relay ? (local?.relayProtocol ?? local?.protocol) : local?.protocol;
  return {
    protocol: protocol === 'udp' || protocol === 'tcp' || protocol === 'tls' ? protocol : null,
    relay,
    rttMs: maybe(pair?.currentRoundTripTime) === null ? null : numberOf(pair?.currentRoundTripTime) * 1000,
    outgoing: maybe(pair?.availableOutgoingBitrate),
  };
}

/** What a stream did between two looks. */
export interface Rates
  extends Pick<Counts, 'direction' | 'kind' | 'codec' | 'width' | 'height' | 'jitterMs' | 'rttMs'> {
  /** Bit/s. */
  bitrate: number;
  /** Packets lost of all that were sent, 0 to 1. */
  loss: number;
  fps: number;
  /** Part of the time that the picture stood still, 0 to 1. */
  frozen: number;
  /** Part of the sound that was made up, 0 to 1. */
  concealed: number;
  /** Packets in the time: too few say nothing. */
  packets: number;
}

export function ratesBetween(before: Look, after: Look): ReadonlyMap<string, Rates> {
  const ms = after.atMs - before.atMs;
  const rates = new Map<string, Rates>();
  if (ms <= 0) return rates;
  for (const [track, now] of after.streams) {
    const then = before.streams.get(track);
    // Counters begin again after a rejoin.
    if (then === undefined || then.bytes > now.bytes || then.direction !== now.direction) continue;
    const more = (field: 'bytes' | 'packets' | 'lost' | 'frames' | 'frozenMs' | 'concealed' | 'samples') =>
      Math.max(0, now[field] - then[field]);
    const part = (some: number, whole: number) => (whole > 0 ? Math.min(1, some / whole) : 0);
    // The receiver counts what came and what is missing; the sender's packets contain those that were lost.
    const expected = now.direction === 'in' ? more('packets') + more('lost') : more('packets');
    rates.set(track, {
      direction: now.direction,
      kind: now.kind,
      codec: now.codec,
      width: now.width,
      height: now.height,
      jitterMs: now.jitterMs,
      rttMs: now.rttMs,
      bitrate: (more('bytes') * 8000) / ms,
      loss: part(more('lost'), expected),
      fps: (more('frames') * 1000) / ms,
      frozen: part(more('frozenMs'), ms),
      concealed: part(more('concealed'), more('samples')),
      packets: more('packets'),
    });
  }
  return rates;
}
