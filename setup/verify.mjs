// `npm run ibox:verify`: verifies what is stored. Settings are the hub's own.
import { runPrepared } from './prepared.mjs';

await runPrepared('server/src/ibox-verify.ts', process.argv.slice(2), { failure: 2 });
