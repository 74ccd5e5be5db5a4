import { AsyncLocalStorage } from 'node:async_hooks';
import type { Dialect, Driver } from 'kysely';
import type { ObjectStore } from '../../server/src/objects/object-store.ts';

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Actors that work at the same time, one step at a time: each waits before whatever others could see (a transaction, an access to the
 * store), and the seed says who goes next once all of them wait. So a seed is one interleaving, and the same one each time.
 */
export interface Turns {
  /** Runs all of them until they end. @throws the first one's error */
  run(actors: (() => Promise<void>)[]): Promise<void>;
  /** Waits for its turn, then holds it until `leave`. What runs outside of actors does not wait. */
  enter(): Promise<void>;
  leave(): void;
  /** Who went when. */
  trace(): string;
}

export function turns(random: () => number): Turns {
  const current = new AsyncLocalStorage<number>();
  const running = new Set<number>();
  const waiting: { actor: number; go: () => void }[] = [];
  const trace: number[] = [];
  let held = 0;
  let favour: number[] = [];
  let untilNewFavour = 0;

  /** Some are favoured for a while and others starve: so one can be overtaken by all that another does. */
  function choose() {
    if (--untilNewFavour <= 0) {
      untilNewFavour = 1 + Math.floor(random() * 120);
      favour = Array.from({ length: Math.max(...running) + 1 }, () => random() ** 6);
    }
    const weightOf = ({ actor }: { actor: number }) => favour[actor] ?? 1;
    let rest = random() * waiting.reduce((sum, w) => sum + weightOf(w), 0);
    for (const one of waiting) {
      rest -= weightOf(one);
      if (rest <= 0) return one;
    }
    return waiting[0];
  }
  function next(): void {
    if (held > 0 || [...running].some((actor) => !waiting.some((w) => w.actor === actor))) return;
    const chosen = choose();
    if (!chosen) return;
    waiting.splice(waiting.indexOf(chosen), 1);
    held++;
    trace.push(chosen.actor);
    chosen.go();
  }
  return {
    async run(actors) {
      for (const actor of actors.keys()) running.add(actor);
      const ends = actors.map((work, actor) =>
        current.run(actor, async () => {
          try {
            await work();
          } finally {
            running.delete(actor);
            next();
          }
        }),
      );
      const results = await Promise.allSettled(ends);
      const failed = results.find((result) => result.status === 'rejected');
      if (failed) throw failed.reason;
    },
    async enter() {
      const actor = current.getStore();
      if (actor === undefined) return;
      await new Promise<void>((go) => {
        waiting.push({ actor, go });
        next();
      });
    },
    leave() {
      const actor = current.getStore();
      if (actor === undefined) return;
      held--;
      next();
    },
    trace: () => trace.join(' '),
  };
}

/** Where the database decides itself who is first: each waits a moment that the seed gives. */
export function loose(random: () => number): Turns {
  return {
    async run(actors) {
      const results = await Promise.allSettled(actors.map((work) => work()));
      const failed = results.find((result) => result.status === 'rejected');
      if (failed) throw failed.reason;
    },
    enter: () => new Promise((resolve) => setTimeout(resolve, random() * 4)),
    leave() {},
    trace: () => '',
  };
}

/** A dialect that takes a turn for each transaction, and for each statement outside of one. */
export function inTurns(dialect: Dialect, turns: Turns): Dialect {
  return {
    createAdapter() {
      const adapter = dialect.createAdapter();
      // Kysely would queue for SQLite's one connection; here whose turn it is has it.
      return new Proxy(adapter, {
        get: (target, name) => (name === 'supportsMultipleConnections' ? true : Reflect.get(target, name)),
      });
    },
    createIntrospector: (db) => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createDriver() {
      const driver = dialect.createDriver();
      const taking: Pick<Driver, 'acquireConnection' | 'releaseConnection'> = {
        async acquireConnection(options) {
          await turns.enter();
          return driver.acquireConnection(options);
        },
        async releaseConnection(connection, options) {
          await driver.releaseConnection(connection, options);
          turns.leave();
        },
      };
      return new Proxy(driver, {
        get(target, name) {
          if (name in taking) return taking[name as keyof typeof taking];
          const value = Reflect.get(target, name);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      });
    },
  };
}

/** A store that takes a turn for each access. */
export function storeInTurns(store: ObjectStore, turns: Turns): ObjectStore {
  async function turn<T>(work: () => Promise<T>): Promise<T> {
    await turns.enter();
    try {
      return await work();
    } finally {
      turns.leave();
    }
  }
  return {
    longRead: store.longRead,
    put: (key, pieces) => turn(() => store.put(key, pieces)),
    get: (key, range) => turn(() => store.get(key, range)),
    head: (key) => turn(() => store.head(key)),
    delete: (key) => turn(() => store.delete(key)),
    list: (prefix) => store.list(prefix),
  };
}
