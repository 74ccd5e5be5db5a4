import type { ActivityVerb } from '@diwan/protocol/ibox-activity.ts';
import type { Generated } from 'kysely';

export interface SocialTables {
  /** Who did what, in the names of that moment; kept for as long as the operator says. */
  activity: {
    id: Generated<number>;
    /** The space in which it was done; its node may be in another by now. */
    spaceId: string;
    at: number;
    /** Null: somebody without an account, by a link. */
    accountId: string | null;
    verb: ActivityVerb;
    nodeId: string;
    name: string;
    count: number;
    folderId: string | null;
    folderName: string | null;
    fromName: string | null;
    fromFolderId: string | null;
    fromFolderName: string | null;
    about: string | null;
  };
  /** The nodes in whose activity an entry shows: those it was done to, with their names, and their folders, without. */
  activitySubjects: { nodeId: string; activityId: number; name: string | null };
  comments: {
    id: Generated<number>;
    nodeId: string;
    accountId: string;
    text: string;
    createdAt: number;
    editedAt: number | null;
  };
  favourites: { accountId: string; nodeId: string; createdAt: number };
}
