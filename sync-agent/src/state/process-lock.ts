import { DatabaseSync } from 'node:sqlite';

/**
 * Takes a lock for this process. It is SQLite's on a file: the system drops it with the process, however that ends.
 * @returns gives it back; undefined while another has it
 */
export function takeLock(file: string): (() => void) | undefined {
  const db = new DatabaseSync(file);
  try {
    db.exec('pragma locking_mode = exclusive; begin exclusive; pragma user_version = 1; commit; begin exclusive;');
  } catch (error) {
    db.close();
    if (/locked|busy/i.test(String(error))) return;
    throw error;
  }
  return () => db.close();
}
