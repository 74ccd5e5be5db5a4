export interface VroomTables {
  rooms: { id: string; title: string; ownerId: string; createdAt: number; endedAt: number | null };
}
