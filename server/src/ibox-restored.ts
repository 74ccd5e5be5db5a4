import { existsSync } from 'node:fs';
import { readConfig } from './config.ts';
import { openDatabase } from './db/database.ts';
import { renewEpochs } from './ibox/tree/renew-epochs.ts';

/** `npm run ibox:restored`, after the database was set back to a backup and before the hub is started on it. */
try {
  const { database } = readConfig(process.env);
  // SQLite would make an empty one.
  if (!/^postgres(ql)?:\/\//.test(database) && !existsSync(database)) throw new Error(`there is no ${database}`);
  const db = await openDatabase(database);
  const spaces = await renewEpochs(db);
  await db.destroy();
  console.log(`${spaces} spaces: what agents and browsers know of them counts for nothing now; they read them again.`);
} catch (error) {
  console.error(`ibox:restored could not run: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 2;
}
