import { syncBuiltinESMExports } from 'node:module';
import sqlite from 'node:sqlite';

const files = new Set<string>();

/** Whether there is room for what is written to this database. */
export function setStateFull(file: string, isFull: boolean): void {
  if (isFull) files.add(file);
  else files.delete(file);
}
export const isStateFull = (file: string) => files.has(file);

const failure = () =>
  Object.assign(new Error('database or disk is full'), { code: 'ERR_SQLITE_ERROR', errcode: 13, errstr: 'full' });

const { DatabaseSync } = sqlite;

/**
 * SQLite on a disk that is full at times: a transaction fails when it is committed and is rolled back then, as SQLite does it; what is
 * written outside of one fails by itself.
 */
class FillingDatabase extends DatabaseSync {
  readonly #file: string;
  constructor(...[file, options]: ConstructorParameters<typeof DatabaseSync>) {
    super(file, options);
    this.#file = String(file);
  }
  override exec(sql: string): void {
    if (files.has(this.#file) && sql === 'commit') {
      super.exec('rollback');
      throw failure();
    }
    if (sql.startsWith('delete')) this.#needRoom();
    super.exec(sql);
  }
  override prepare(...args: Parameters<InstanceType<typeof DatabaseSync>['prepare']>) {
    const statement = super.prepare(...args);
    const { run } = statement;
    statement.run = ((...values: unknown[]) => {
      this.#needRoom();
      return Reflect.apply(run, statement, values);
    }) as typeof run;
    return statement;
  }
  #needRoom() {
    if (files.has(this.#file) && !this.isTransaction) throw failure();
  }
}

/** Every database that is opened from now on can run out of room. @returns ends it */
export function fillDatabases(): () => void {
  sqlite.DatabaseSync = FillingDatabase;
  syncBuiltinESMExports();
  return () => {
    files.clear();
    sqlite.DatabaseSync = DatabaseSync;
    syncBuiltinESMExports();
  };
}
