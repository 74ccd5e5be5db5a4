// `npm run bench:NAME`: measures.
import { minioBinary } from './minio.mjs';
import { runPrepared } from './prepared.mjs';

const [name, ...args] = process.argv.slice(2);
await runPrepared(`test/bench/${name}.ts`, args, { env: { DIWAN_MINIO: minioBinary } });
