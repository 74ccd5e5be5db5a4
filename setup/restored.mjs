// `npm run ibox:restored`: the database was set back to a backup. Settings are the hub's own.
import { runPrepared } from './prepared.mjs';

await runPrepared('server/src/ibox-restored.ts', process.argv.slice(2), { failure: 2 });
