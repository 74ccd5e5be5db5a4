export interface SecondFactorTables {
  totpFactors: {
    accountId: string;
    /** The app's secret, encrypted with a key that is not in the database. */
    sealedSecret: string;
    /** The newest time step whose code was taken: it and older ones are used up. */
    lastStep: number;
    createdAt: number;
    /** Null until a code has shown that the app has the secret: not asked for before. */
    confirmedAt: number | null;
  };
  recoveryCodes: { hash: string; accountId: string; usedAt: number | null };
  passkeys: {
    id: string;
    accountId: string;
    /** Base64url, as are the public key (COSE) and all that browsers say. */
    credentialId: string;
    publicKey: string;
    /** The authenticator's own count of uses; 0 for those that keep none. */
    counter: number;
    /** JSON: how the browser reaches it. */
    transports: string;
    /** 1 or 0: whether it may be copied to other devices of the person, and whether it was. */
    backupEligible: number;
    backedUp: number;
    name: string;
    createdAt: number;
    lastUsedAt: number | null;
  };
  passkeyChallenges: {
    challengeHash: string;
    purpose: 'add' | 'sign-in' | 'second-step' | 'confirm';
    /** Null where it is not known yet who signs in. */
    accountId: string | null;
    expiresAt: number;
  };
  loginTickets: {
    tokenHash: string;
    accountId: string;
    /** Of the password that was given: a ticket dies with it. */
    passwordStamp: string;
    expiresAt: number;
  };
}
