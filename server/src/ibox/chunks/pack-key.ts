/** The name of a pack in the object store. */
export const packKey = (packId: string): string => `packs/${packId}`;
