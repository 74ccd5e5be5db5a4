/** Filled by migration 0002. */
export type IboxTables = Record<never, never>;
