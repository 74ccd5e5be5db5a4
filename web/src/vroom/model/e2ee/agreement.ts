import type { SenderKey } from './frames.ts';
import { type Bytes, concat, expand } from './sframe.ts';

// How pages give one another their keys, through a hub that must not learn them.

const curve = { name: 'ECDH', namedCurve: 'P-256' };

export interface OwnPair {
  /** As it goes to the others: an uncompressed point, base64url. */
  publicKey: string;
  /** Never leaves the browser: it can't be exported. */
  privateKey: CryptoKey;
}

export async function newPair(): Promise<OwnPair> {
  const { publicKey, privateKey } = await crypto.subtle.generateKey(curve, false, ['deriveBits']);
  return { privateKey, publicKey: toText(new Uint8Array(await crypto.subtle.exportKey('raw', publicKey))) };
}

/** From whom to whom, and where: a message that is led elsewhere does not open. */
export interface Way {
  roomId: string;
  /** Public keys. */
  from: string;
  to: string;
}

async function keyOf(own: OwnPair, way: Way): Promise<CryptoKey> {
  const theirs = fromText(way.from === own.publicKey ? way.to : way.from);
  const publicKey = await crypto.subtle.importKey('raw', theirs, curve, false, []);
  const secret = await crypto.subtle.deriveBits({ name: 'ECDH', public: publicKey }, own.privateKey, 256);
  const info = new TextEncoder().encode(`Diwan e2ee 1 ${way.roomId} ${way.from} ${way.to}`);
  const key = await expand(new Uint8Array(secret), info, 32);
  return crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt', 'decrypt']);
}

const nonceBytes = 12;
const headBytes = 5;

/** @throws DOMException when `way.to` is no key */
export async function sealKey(own: OwnPair, way: Way, { generation, step, secret }: SenderKey): Promise<string> {
  const head = new DataView(new ArrayBuffer(headBytes));
  head.setUint32(0, generation);
  head.setUint8(4, step);
  const iv = crypto.getRandomValues(new Uint8Array(nonceBytes));
  const plain = concat(new Uint8Array(head.buffer), secret);
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await keyOf(own, way), plain);
  return toText(concat(iv, new Uint8Array(sealed)));
}

/** Nothing when it was not sealed by `way.from` for us, here. */
export async function openKey(own: OwnPair, way: Way, sealed: string): Promise<SenderKey | undefined> {
  try {
    const bytes = fromText(sealed);
    const how = { name: 'AES-GCM', iv: bytes.subarray(0, nonceBytes) };
    const plain = await crypto.subtle.decrypt(how, await keyOf(own, way), bytes.subarray(nonceBytes));
    const head = new DataView(plain, 0, headBytes);
    return { generation: head.getUint32(0), step: head.getUint8(4), secret: new Uint8Array(plain.slice(headBytes)) };
  } catch {
    return undefined;
  }
}

/** Who is in the meeting, as each of them sees it. */
export interface Present {
  id: string;
  name: string;
  publicKey: string;
}

const rounds = 100_000;
const groups = 6;

/**
 * Six groups of five digits, the same for all who see the same people with the same keys. Slow on purpose: a hub in between would
 * have to try keys until two such codes are alike, while somebody joins.
 */
export async function safetyCode(people: readonly Present[]): Promise<string> {
  const lines = people.map(({ id, name, publicKey }) => JSON.stringify([publicKey, id, name])).sort();
  const subject = new TextEncoder().encode(lines.join('\n'));
  const key = await crypto.subtle.importKey('raw', subject, 'PBKDF2', false, ['deriveBits']);
  const salt = new TextEncoder().encode('Diwan e2ee code 1');
  const how = { name: 'PBKDF2', hash: 'SHA-512', salt, iterations: rounds };
  const bytes = new DataView(await crypto.subtle.deriveBits(how, key, groups * 64));
  const group = (index: number) => String(bytes.getBigUint64(index * 8) % 100_000n).padStart(5, '0');
  return Array.from({ length: groups }, (_, index) => group(index)).join(' ');
}

const toText = (bytes: Bytes): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

const fromText = (text: string): Bytes =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
