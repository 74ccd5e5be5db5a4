import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { HubError, type LocalText } from '@diwan/protocol/errors.ts';
import type { Terms, TermsAccept, TermsAcceptance, TermsVersion } from '@diwan/protocol/terms.ts';
import type { Bus } from '../bus/bus.ts';
import type { Db } from '../db/database.ts';
import type { Actor } from '../identity/actor.ts';

/** What the verbs of this room need. */
export interface TermsRoom {
  db: Db;
  bus: Bus;
  now: () => number;
}

/** sha256 over the three texts in the order fr, ar, en, each behind its length in bytes: no two sets of texts share it. */
export function hashTerms(texts: LocalText): string {
  const hash = createHash('sha256');
  for (const text of [texts.fr, texts.ar, texts.en]) hash.update(`${Buffer.byteLength(text)}\n`).update(text);
  return hash.digest('hex');
}

type Row = { version: number; publishedAt: number; hash: string; fr: string; ar: string; en: string };
const present = ({ version, publishedAt, hash, fr, ar, en }: Row): Terms => ({
  version,
  publishedAt,
  hash,
  texts: { fr, ar, en },
});

/** The version in force. */
export async function currentTerms(room: TermsRoom): Promise<Terms> {
  const row = await room.db
    .selectFrom('termsVersions')
    .selectAll()
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow();
  return present(row);
}

/** Any version ever published stays readable. @throws HubError not_found */
export async function termsVersion(room: TermsRoom, version: number): Promise<Terms> {
  const row = await room.db.selectFrom('termsVersions').selectAll().where('version', '=', version).executeTakeFirst();
  if (!row) throw new HubError('not_found');
  return present(row);
}

/**
 * a published text never changes; a new one gets the next number and closes the gate.
 * @param by the admin, or null for the sample text of the first start
 */
export async function publishTerms(room: TermsRoom, by: string | null, texts: LocalText): Promise<Terms> {
  const published = await room.db.transaction().execute(async (tx) => {
    const last = await tx
      .selectFrom('termsVersions')
      .select((e) => e.fn.max('version').as('version'))
      .executeTakeFirst();
    const row = { version: (last?.version ?? 0) + 1, publishedAt: room.now(), hash: hashTerms(texts), ...texts };
    await tx
      .insertInto('termsVersions')
      .values({ ...row, publishedBy: by })
      .execute();
    return present(row);
  });
  room.bus.publish('terms:published', { version: published.version });
  return published;
}

/** The sample text, where no version was published yet. */
export async function publishSampleTerms(room: TermsRoom): Promise<void> {
  if (await room.db.selectFrom('termsVersions').select('version').limit(1).executeTakeFirst()) return;
  const read = (language: string) => readFileSync(new URL(`./sample/${language}.md`, import.meta.url), 'utf8');
  await publishTerms(room, null, { fr: read('fr'), ar: read('ar'), en: read('en') });
}

/**
 * stores the proof for the version that was on the screen, which may no longer be the one in force. Accepting
 * twice answers the first proof.
 * @throws HubError not_found (no such version), conflict (its text is another one)
 */
export async function acceptTerms(
  room: TermsRoom,
  actor: Actor,
  input: TermsAccept,
  origin: { ip: string; userAgent: string },
): Promise<TermsAcceptance> {
  const terms = await termsVersion(room, input.version);
  if (terms.hash !== input.hash) throw new HubError('conflict', 'the text shown was another one');
  await room.db
    .insertInto('termsAcceptances')
    .values({
      id: randomUUID(),
      accountId: actor.accountId,
      ...input,
      acceptedAt: room.now(),
      ip: origin.ip,
      userAgent: origin.userAgent.slice(0, 500),
    })
    .onConflict((c) => c.columns(['accountId', 'version']).doNothing())
    .execute();
  const proofs = await listAcceptances(room, actor);
  return proofs.find((p) => p.version === input.version) as TermsAcceptance;
}

/** The caller's proofs, newest first. */
export async function listAcceptances(room: TermsRoom, actor: Actor): Promise<TermsAcceptance[]> {
  const { version } = await currentTerms(room);
  const rows = await room.db
    .selectFrom('termsAcceptances')
    .select(['version', 'hash', 'language', 'label', 'acceptedAt', 'ip', 'userAgent'])
    .where('accountId', '=', actor.accountId)
    .orderBy('version', 'desc')
    .execute();
  return rows.map((row) => ({ ...row, inForce: row.version === version }));
}

/** Every version with how many people accepted it, newest first. */
export async function listTermsVersions(room: TermsRoom): Promise<TermsVersion[]> {
  return room.db
    .selectFrom('termsVersions')
    .leftJoin('termsAcceptances', 'termsAcceptances.version', 'termsVersions.version')
    .select([
      'termsVersions.version',
      'termsVersions.publishedAt',
      'termsVersions.hash',
      (e) => e.fn.count<number>('termsAcceptances.id').as('acceptances'),
    ])
    .groupBy('termsVersions.version')
    .orderBy('termsVersions.version', 'desc')
    .execute();
}
