import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

/** As they are kept: keys in PEM, which are read once, not with every token. */
const Secrets = z.object({
  /** The first key signs; the others only verify until their tokens have expired (kid rotation). */
  keys: z
    .array(
      z.object({
        kid: z.string(),
        privateKey: z.string().transform((pem) => createPrivateKey(pem)),
        publicKey: z.string().transform((pem) => createPublicKey(pem)),
      }),
    )
    .min(1),
  refreshSecret: z.string(),
});
export type Secrets = z.output<typeof Secrets>;

function generate(): z.input<typeof Secrets> {
  const pair = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return {
    keys: [{ kid: randomBytes(6).toString('base64url'), ...pair }],
    refreshSecret: randomBytes(32).toString('base64url'),
  };
}

/** The hub's secrets, kept beside the database and not in it: a database dump signs no token. Made at the first start, mode 0600. */
export function loadSecrets(dataDir: string): Secrets {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const file = path.join(dataDir, 'secrets.json');
  const read = () => Secrets.parse(JSON.parse(readFileSync(file, 'utf8')));
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  // Written whole, then linked: a crash leaves no half file, and of two hubs starting at once the first one wins.
  const fresh = `${file}.${process.pid}`;
  writeFileSync(fresh, JSON.stringify(generate(), null, 2), { mode: 0o600, flush: true });
  try {
    linkSync(fresh, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(fresh);
  }
  return read();
}
