// `npm run sim:NAME`: simulates. The last line printed is the figure, in JSON.
import { runPrepared } from './prepared.mjs';

const [name, ...args] = process.argv.slice(2);
await runPrepared(`test/${name}.ts`, args);
