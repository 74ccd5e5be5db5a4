/** One thing that somebody waits for: an access to the disk, a request, a pause. */
interface Pending {
  actor: number;
  what: string;
  run(): void | Promise<void>;
}

export interface Turn {
  /** Does it when the seed says so. Answers nothing any more once its actor was stopped. */
  take<T>(what: string, work: () => T | Promise<T>): Promise<T>;
  sleep(ms: number): Promise<void>;
  /**
   * What it waits for now is never answered: its process is no more.
   * @param last so much of that may still happen
   */
  stop(last: number): Promise<void>;
}

/**
 * All that actors do to the world outside goes one after the other, in an order that the seed gives: between two of them the
 * actors run on until each waits for its next.
 */
export interface Scheduler {
  /** Simulated time, ms since the epoch. */
  now(): number;
  turn(actor: number): Turn;
  /** Lets one of the waiting go on. @returns whether there was any */
  next(): Promise<boolean>;
  /** Waits until each actor waits, or has ended. */
  rest(): Promise<void>;
  /** Which went when. */
  trace: string[];
}

export function createScheduler(random: () => number, watch: (line: string) => void): Scheduler {
  const waiting: Pending[] = [];
  const trace: string[] = [];
  let time = Date.UTC(2026, 0, 1);
  let favour = new Map<number, number>();
  let untilNewFavour = 0;

  /** Some are favoured for a while and others starve: so one can be overtaken by all that another does. */
  function choose(): Pending | undefined {
    if (--untilNewFavour <= 0) {
      untilNewFavour = 1 + Math.floor(random() * 60);
      favour = new Map();
    }
    const weightOf = ({ actor }: Pending) => {
      const weight = favour.get(actor) ?? 0.02 + random() ** 4;
      favour.set(actor, weight);
      return weight;
    };
    let left = random() * waiting.reduce((sum, one) => sum + weightOf(one), 0);
    for (const one of waiting) {
      left -= weightOf(one);
      if (left <= 0) return one;
    }
    return waiting[0];
  }

  async function rest() {
    // Nobody waits for anything but the scheduler, so all run on within the event loop's next rounds.
    for (let round = 0; round < 4; round++) await new Promise((resolve) => setImmediate(resolve));
  }

  return {
    now: () => Math.floor(time),
    trace,
    rest,
    turn(actor) {
      let stopped = false;
      const take: Turn['take'] = (what, work) =>
        new Promise((resolve, reject) => {
          if (stopped) return;
          waiting.push({
            actor,
            what,
            async run() {
              try {
                const answer = await work();
                if (!stopped) resolve(answer);
              } catch (error) {
                if (!stopped) reject(error);
              }
            },
          });
        });
      return {
        take,
        sleep: (ms) => {
          const until = time + ms;
          return take('sleep', () => {
            time = Math.max(time, until);
          });
        },
        async stop(last) {
          stopped = true;
          const mine = waiting.filter((one) => one.actor === actor);
          for (const one of mine) waiting.splice(waiting.indexOf(one), 1);
          for (const one of mine.slice(0, last)) await one.run();
        },
      };
    },
    async next() {
      await rest();
      const chosen = choose();
      if (!chosen) return false;
      waiting.splice(waiting.indexOf(chosen), 1);
      trace.push(`${chosen.actor} ${chosen.what}`);
      watch(`${chosen.actor} ${chosen.what}`);
      time += Math.floor(random() * 6);
      await chosen.run();
      return true;
    },
  };
}
