export interface LeaseTables {
  /** Which hub is at the work that one does at a time, and until when (ms) unless it goes on (db/lease.ts). */
  leases: { name: string; holder: string; endsAt: number };
}
