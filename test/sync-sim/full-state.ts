import { DatabaseSync } from 'node:sqlite';

const files = new Set<string>();
let failures = 0;

/** Whether there is room for what is written to this database. */
export function setStateFull(file: string, isFull: boolean): void {
  if (isFull) files.add(file);
  else files.delete(file);
}
export const isStateFull = (file: string) => files.has(file);
/** How often there was none, since the last call of `fillDatabases`. */
export const timesFull = () => failures;

function fail(): never {
  failures++;
  throw Object.assign(new Error('database or disk is full'), { code: 'ERR_SQLITE_ERROR', errcode: 13 });
}

/**
 * SQLite on a disk that is full at times: a transaction fails when it is committed and is rolled back then, as SQLite does it; what is
 * written outside of one fails by itself. @returns ends it
 */
export function fillDatabases(): () => void {
  const own = DatabaseSync.prototype;
  const { exec, prepare } = own;
  const isFull = (db: DatabaseSync) => files.size > 0 && files.has(db.location() ?? '');
  failures = 0;
  own.exec = function (sql) {
    if (isFull(this) && sql === 'commit') {
      exec.call(this, 'rollback');
      fail();
    }
    if (sql.startsWith('delete') && isFull(this) && !this.isTransaction) fail();
    exec.call(this, sql);
  };
  own.prepare = function (...args) {
    const statement = prepare.apply(this, args);
    const { run } = statement;
    statement.run = ((...values: unknown[]) => {
      if (isFull(this) && !this.isTransaction) fail();
      return Reflect.apply(run, statement, values);
    }) as typeof run;
    return statement;
  };
  return () => {
    files.clear();
    Object.assign(own, { exec, prepare });
  };
}
