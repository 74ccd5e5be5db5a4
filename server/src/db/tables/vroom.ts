import type { Generated } from 'kysely';

export interface VroomTables {
  rooms: {
    id: string;
    title: string;
    ownerId: string;
    createdAt: number;
    endedAt: number | null;
    /** 1 or 0, as the following. */
    lobby: Generated<number>;
    guests: Generated<number>;
    share: Generated<number>;
    chat: Generated<number>;
    unmute: Generated<number>;
    passwordHash: Generated<string | null>;
  };
}
