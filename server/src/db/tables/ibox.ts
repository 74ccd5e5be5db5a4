import type { SpaceRole } from '@diwan/protocol/ibox.ts';

export interface IboxTables {
  /** A namespace of nodes with its own journal. */
  spaces: {
    id: string;
    kind: 'personal' | 'shared';
    name: string;
    ownerId: string;
    rootId: string;
    /** Random; another one tells clients that the journal does not continue the one they knew. */
    epoch: string;
    /** The journal's last number. */
    seq: number;
    /** Bytes of all live files in their newest version. */
    usedBytes: number;
    createdAt: number;
  };
  /** Who has a part in a space; its owner always, as a manager. */
  members: { spaceId: string; accountId: string; role: SpaceRole; since: number; invitedBy: string | null };
  /** Who was asked to have a part in a space, by mail address: whether anybody has it is nobody's business. */
  shareInvitations: {
    id: string;
    spaceId: string;
    /** In lower case. */
    email: string;
    role: SpaceRole;
    /** What the inviting person wrote; may be empty. */
    message: string;
    /** Account. */
    invitedBy: string;
    invitedAt: number;
    expiresAt: number;
  };
  /** Nodes that live in another space now: what the journal of the space they left says of them. */
  departures: { spaceId: string; nodeId: string; seq: number; toSpaceId: string | null };
  nodes: {
    id: string;
    spaceId: string;
    /** Null for the root of a space. */
    parentId: string | null;
    kind: 'file' | 'folder';
    name: string;
    /** The name as names are compared: no two live nodes of a folder share it. */
    nameKey: string;
    size: number;
    sha256: string | null;
    version: number;
    mediaType: string | null;
    mtime: number | null;
    /** 1: it may be run as a program, where machines know such a thing. */
    executable: 1 | null;
    createdAt: number;
    changedAt: number;
    /** Account. */
    changedBy: string;
    /** The journal's number of its last change. */
    seq: number;
    /** The node whose deletion took this one along (or itself); null while it lives. */
    deletedWith: string | null;
    /** The shared space that shows in this place of a personal space; the node is a folder with nothing in it then. */
    mountSpaceId: string | null;
    /** When it was deleted for good; its row stays as a tombstone of the journal. */
    purgedAt: number | null;
    /** The name under which search knows it; another than `name` (or none) is indexed before the next search. */
    indexedName: string | null;
    /** The words of that name (rules/search-words.ts), each after a blank. */
    searchKey: string | null;
  };
  versions: {
    nodeId: string;
    version: number;
    contentId: string;
    mediaType: string;
    mtime: number | null;
    executable: 1 | null;
    createdAt: number;
    createdBy: string;
    /** When the next version took its place; null for the newest. */
    replacedAt: number | null;
  };
  /** An account's own limit instead of the operator's; 0: none, null: the operator's. Its row is also the lock of what is counted. */
  quotas: { accountId: string; bytes: number | null };
  /** Which names have a word. Deleted nodes stay in it until they are purged. */
  nodeWords: { spaceId: string; word: string; nodeId: string };
  /** Immutable bytes: the chunks in content_chunks, one after the other. Visible only through a version. */
  contents: {
    id: string;
    size: number;
    /** Null until all of it is stored. */
    sha256: string | null;
    /** Which way of cutting made the chunks (protocol/ibox-cut.ts). */
    chunking: number;
    /** When bytes were last added; an unfinished content that rests for a day is collected. */
    touchedAt: number;
  };
  contentChunks: {
    contentId: string;
    /** Offset in the content. */
    start: number;
    hash: Uint8Array;
  };
  /** Every chunk that is stored, once, under its SHA-256. */
  chunks: { hash: Uint8Array; packId: string; packOffset: number; length: number };
  /** Who sent which chunk by itself within the last day: possession is proved, and the chunk stays. */
  sentChunks: { accountId: string; hash: Uint8Array; sentAt: number };
  /** Objects of the store. A row exists before its object and longer than it, so that none is ever lost sight of. */
  packs: { id: string; state: 'writing' | 'stored' | 'deleting'; size: number; createdAt: number };
  /** Pictures of contents in the object store, by the content's SHA-256 and the edge in pixels; `hash` is of the picture. */
  previews: { sha256: string; edge: number; hash: string; length: number; createdAt: number };
  /** What a request with an Idempotency-Key was answered. */
  iboxAnswers: { accountId: string; key: string; request: string; node: string; expiresAt: number };
}
