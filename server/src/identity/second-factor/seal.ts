import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { Secrets } from '../secrets.ts';

const keyOf = (secrets: Secrets) =>
  Buffer.from(hkdfSync('sha256', secrets.refreshSecret, '', 'diwan second factor', 32));

/**
 * Encrypts what the hub must read again (AES-256-GCM). The key is not in the database, and what was sealed for one account
 * opens for no other.
 */
export function seal(secrets: Secrets, accountId: string, text: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', keyOf(secrets), nonce).setAAD(Buffer.from(accountId));
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url');
}

/** @throws Error for what was sealed with another key or for another account */
export function unseal(secrets: Secrets, accountId: string, sealed: string): string {
  const bytes = Buffer.from(sealed, 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', keyOf(secrets), bytes.subarray(0, 12))
    .setAAD(Buffer.from(accountId))
    .setAuthTag(bytes.subarray(12, 28));
  return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
}
