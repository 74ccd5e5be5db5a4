import { z } from 'zod';

// End-to-end encryption of media (docs/adr/0016): what pages tell one another through the hub so that it can't hear or see them. The hub
// relays it within an encrypted meeting and understands none of it.

const Id = z.string().min(1).max(64);

/** A point of P-256, uncompressed, base64url: of one page, for as long as it is open. */
export const PublicKey = z.string().regex(/^[\w-]{87}$/);

/** A key, sealed for one person, base64url. */
export const SealedKey = z.string().regex(/^[\w-]{16,400}$/);

const nothing = z.object({});

export const e2eeCalls = {
  /** To people of the same meeting; who is not there (any more) is passed over. Errors: forbidden where the meeting is not encrypted. */
  'e2ee:give': {
    request: z.strictObject({
      keys: z
        .array(z.strictObject({ to: Id, sealed: SealedKey }))
        .min(1)
        .max(1000),
    }),
    answer: nothing,
  },
  /** Asks somebody for their key, because their frames do not open. */
  'e2ee:ask': { request: z.strictObject({ participantId: Id }), answer: nothing },
} as const;

export const e2eeEvents = {
  /** To the one it is sealed for. */
  'e2ee:key': z.object({ from: z.string(), sealed: SealedKey }),
  'e2ee:asked': z.object({ by: z.string() }),
} as const;
