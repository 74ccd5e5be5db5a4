import type { Mailer } from '../../mail/mailer.ts';
import type { ObjectStore } from '../../objects/object-store.ts';
import type { Bytes } from '../chunks/write-content.ts';
import type { Previews } from '../previews/previews.ts';
import type { Deps } from '../tree/change-space.ts';

/** What links need from outside of the room. */
export interface LinkMeans {
  /** The secret part of a link's address: URL-safe, always the same for the same link. */
  seal: (linkId: string) => string;
  hashPassword: (password: string) => Promise<string>;
  /** Takes as long without a hash. */
  passwordMatches: (hash: string | null, password: string) => Promise<boolean>;
  mail: Mailer;
  /** The configured address that links are handed out with; never taken from a request. */
  publicUrl: string;
  now: () => number;
}

export type LinkDeps = Deps & Bytes & LinkMeans & { objects: ObjectStore; previews: Previews };
