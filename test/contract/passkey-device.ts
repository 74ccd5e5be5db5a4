import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** The few forms of CBOR (RFC 8949) that a passkey is written in: integers, bytes, text and maps. */
type Cbor = number | string | Buffer | Map<number | string, Cbor>;
function head(major: number, value: number): Buffer {
  if (value < 24) return Buffer.from([(major << 5) | value]);
  if (value < 256) return Buffer.from([(major << 5) | 24, value]);
  return Buffer.from([(major << 5) | 25, value >> 8, value & 255]);
}
function cbor(value: Cbor): Buffer {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
  return Buffer.concat([head(5, value.size), ...[...value].flatMap(([key, one]) => [cbor(key), cbor(one)])]);
}

/** What a device may say of a touch: that it was not its owner, of another site, or with a count that went back. */
export interface Lie {
  origin?: string;
  rpId?: string;
  challenge?: string;
  userVerified?: boolean;
  counter?: number;
  userHandle?: string;
  /** Signed with a key of another device. */
  forged?: boolean;
}

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest();
const newKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** A passkey in software, as an authenticator and a browser would hold it together (W3C WebAuthn level 3); it does what it is told, lies too. */
export function createPasskeyDevice(origin: string) {
  const id = randomBytes(32);
  const { privateKey, publicKey } = newKey();
  let counter = 0;
  let userHandle = '';

  const clientData = (type: string, challenge: string, lie: Lie) =>
    Buffer.from(
      JSON.stringify({
        ...{ type, challenge: lie.challenge ?? challenge },
        ...{ origin: lie.origin ?? origin, crossOrigin: false },
      }),
    );
  /** Flags: user present 1, verified 4, backup eligible 8, backed up 16, new credential 64. */
  function authenticatorData(lie: Lie, attested = Buffer.alloc(0)): Buffer {
    counter = lie.counter ?? counter + 1;
    const flags = 1 | (lie.userVerified === false ? 0 : 4) | 8 | 16 | (attested.length > 0 ? 64 : 0);
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter);
    return Buffer.concat([sha256(lie.rpId ?? new URL(origin).hostname), Buffer.from([flags]), count, attested]);
  }
  const credential = {
    id: id.toString('base64url'),
    rawId: id.toString('base64url'),
    type: 'public-key' as const,
    clientExtensionResults: {},
  };

  return {
    id: credential.id,
    /** As navigator.credentials.create answers. */
    make(options: { challenge: string; user: { id: string } }, lie: Lie = {}) {
      userHandle = options.user.id;
      const { x, y } = publicKey.export({ format: 'jwk' }) as { x: string; y: string };
      const cose = cbor(
        new Map<number, Cbor>([
          ...([
            [1, 2],
            [3, -7],
            [-1, 1],
          ] as const),
          [-2, Buffer.from(x, 'base64url')],
          [-3, Buffer.from(y, 'base64url')],
        ]),
      );
      const attested = Buffer.concat([Buffer.alloc(16), Buffer.from([0, id.length]), id, cose]);
      const attestationObject = cbor(
        new Map<string, Cbor>([
          ['fmt', 'none'],
          ['attStmt', new Map()],
          ['authData', authenticatorData(lie, attested)],
        ]),
      );
      return {
        ...credential,
        response: {
          clientDataJSON: clientData('webauthn.create', options.challenge, lie).toString('base64url'),
          attestationObject: attestationObject.toString('base64url'),
          transports: ['internal'],
        },
      };
    },
    /** As navigator.credentials.get answers. */
    show(options: { challenge: string }, lie: Lie = {}) {
      const data = clientData('webauthn.get', options.challenge, lie);
      const authData = authenticatorData(lie);
      const key = lie.forged ? newKey().privateKey : privateKey;
      return {
        ...credential,
        response: {
          clientDataJSON: data.toString('base64url'),
          authenticatorData: authData.toString('base64url'),
          signature: sign('sha256', Buffer.concat([authData, sha256(data)]), key).toString('base64url'),
          userHandle: lie.userHandle ?? userHandle,
        },
      };
    },
  };
}
