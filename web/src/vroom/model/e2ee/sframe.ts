/** Secure Frames (RFC 9605), cipher suite AES_256_GCM_SHA512_128. */

export type Bytes = Uint8Array<ArrayBuffer>;

const suite = { id: 0x0005, keyBytes: 32, nonceBytes: 12, hashBytes: 64 };

const text = (string: string): Bytes => new TextEncoder().encode(string);

export function concat(...parts: readonly Bytes[]): Bytes {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** HKDF (RFC 5869) with SHA-512 and no salt: its two steps in one. */
export async function expand(secret: Bytes, info: Bytes, bytes: number): Promise<Bytes> {
  const key = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveBits']);
  const algorithm = { name: 'HKDF', hash: 'SHA-512', salt: new Uint8Array(), info };
  return new Uint8Array(await crypto.subtle.deriveBits(algorithm, key, bytes * 8));
}

// ---- header (section 4.3) ----------------------------------------------------------------------------------------

export interface Header {
  /** Both up to 2^53 - 1: more than any meeting needs. */
  keyId: number;
  counter: number;
}

/** As few bytes as hold it, the highest first. */
function bytesOf(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; rest > 0 || bytes.length === 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return bytes;
}

/** A small value stands in the first byte itself, of a larger one its length does. */
function field(value: number): { bits: number; tail: number[] } {
  if (value < 8) return { bits: value, tail: [] };
  const tail = bytesOf(value);
  return { bits: 8 | (tail.length - 1), tail };
}

export function encodeHeader({ keyId, counter }: Header): Bytes {
  const key = field(keyId);
  const count = field(counter);
  return Uint8Array.of((key.bits << 4) | count.bits, ...key.tail, ...count.tail);
}

/** What the bytes begin with, and how long it is; nothing when that is no header. */
export function decodeHeader(bytes: Bytes): (Header & { length: number }) | undefined {
  const [first] = bytes;
  if (first === undefined) return undefined;
  let at = 1;
  const read = (bits: number): number => {
    if (bits < 8) return bits;
    const end = at + (bits & 7) + 1;
    if (end > bytes.length) return Number.NaN;
    let value = 0;
    for (; at < end; at++) value = value * 256 + (bytes[at] as number);
    return value;
  };
  const keyId = read(first >> 4);
  const counter = read(first & 15);
  return Number.isSafeInteger(keyId) && Number.isSafeInteger(counter) ? { keyId, counter, length: at } : undefined;
}

// ---- keys (sections 4.4.2 and 5.1) -------------------------------------------------------------------------------

export interface FrameKey {
  keyId: number;
  key: CryptoKey;
  salt: Bytes;
}

export async function deriveSecrets(baseKey: Bytes, keyId: number): Promise<{ key: Bytes; salt: Bytes }> {
  const tail = new DataView(new ArrayBuffer(10));
  tail.setBigUint64(0, BigInt(keyId));
  tail.setUint16(8, suite.id);
  const label = (what: string) => concat(text(`SFrame 1.0 Secret ${what} `), new Uint8Array(tail.buffer));
  const [key, salt] = await Promise.all([
    expand(baseKey, label('key'), suite.keyBytes),
    expand(baseKey, label('salt'), suite.nonceBytes),
  ]);
  return { key, salt };
}

export async function frameKey(baseKey: Bytes, keyId: number): Promise<FrameKey> {
  const { key, salt } = await deriveSecrets(baseKey, keyId);
  return { keyId, salt, key: await crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt', 'decrypt']) };
}

/** The next step of a key; no way leads back. */
export const ratchet = (baseKey: Bytes): Promise<Bytes> => expand(baseKey, text('SFrame 1.0 Ratchet'), suite.hashBytes);

export const newBaseKey = (): Bytes => crypto.getRandomValues(new Uint8Array(suite.hashBytes));

// ---- frames (section 4.4.3 and 4.4.4) ----------------------------------------------------------------------------

function algorithm({ salt }: FrameKey, counter: number, additionalData: Bytes) {
  const iv = Uint8Array.from(salt);
  bytesOf(counter)
    .reverse()
    .forEach((byte, index) => {
      const at = iv.length - 1 - index;
      iv[at] = (iv[at] as number) ^ byte;
    });
  return { name: 'AES-GCM', iv, additionalData, tagLength: 128 };
}

/** Header and sealed bytes. A counter must never be used twice under one key. @param metadata authenticated, not carried along */
export async function sealFrame(key: FrameKey, counter: number, plain: Bytes, metadata: Bytes): Promise<Bytes> {
  const header = encodeHeader({ keyId: key.keyId, counter });
  const how = algorithm(key, counter, concat(header, metadata));
  return concat(header, new Uint8Array(await crypto.subtle.encrypt(how, key.key, plain)));
}

/** Nothing when it was not sealed just so, under this key. */
export async function openFrame(key: FrameKey, sealed: Bytes, metadata: Bytes): Promise<Bytes | undefined> {
  const header = decodeHeader(sealed);
  if (header === undefined) return undefined;
  const how = algorithm(key, header.counter, concat(sealed.subarray(0, header.length), metadata));
  try {
    return new Uint8Array(await crypto.subtle.decrypt(how, key.key, sealed.subarray(header.length)));
  } catch {
    return undefined;
  }
}
