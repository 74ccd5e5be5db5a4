import { happeningsOf, runStorm, stormOf } from './run.ts';

const MOST_RUNS = 300;

/** Leaves out of a broken storm whatever it is broken without (delta debugging), and tells what is left, step by step. */
export async function shrink(seed: number, say: (line: string) => void): Promise<void> {
  const storm = stormOf(seed);
  const all = happeningsOf(storm);
  let runs = 0;
  const run = (kept: readonly string[], watch?: (line: string) => void) => {
    runs++;
    const without = new Set(all.filter((one) => !kept.includes(one)));
    return runStorm({ ...storm, without }, watch).then(
      () => undefined,
      (error) => String(error),
    );
  };
  /** Which promise is broken, not by what. */
  const kindOf = (error: string | undefined) => error?.split(':').slice(0, 2).join(':');

  const broken = kindOf(await run(all));
  let kept: readonly string[] = broken === undefined ? [] : all;
  for (let pieces = 2; kept.length > 1 && runs < MOST_RUNS; ) {
    const length = Math.ceil(kept.length / pieces);
    let shorter: readonly string[] | undefined;
    for (let at = 0; at < kept.length && !shorter && runs < MOST_RUNS; at += length) {
      const rest = [...kept.slice(0, at), ...kept.slice(at + length)];
      if (kindOf(await run(rest)) === broken) shorter = rest;
    }
    if (!shorter && length === 1) break;
    kept = shorter ?? kept;
    pieces = shorter ? Math.max(2, pieces - 1) : Math.min(kept.length, pieces * 2);
  }
  say(`seed ${seed}, ${kept.length} of ${all.length} happenings (${runs} runs): ${kept.join(', ')}`);
  say(`${await run(kept, say)}`);
}
