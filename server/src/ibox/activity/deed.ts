import type { ActivityVerb } from '@diwan/protocol/ibox-activity.ts';

/** What somebody did to a node, in the names that hold at that moment. */
export interface Deed {
  verb: ActivityVerb;
  /** As it is once it is done. */
  node: { id: string; name: string; parentId: string | null };
  /** What it was called, or the folder it was in, where that is another now. A folder of another space is never told: left out. */
  from?: { name?: string; parentId?: string | null };
  /** Whom it concerns besides: the name of a person it is shared with. */
  about?: string;
}
