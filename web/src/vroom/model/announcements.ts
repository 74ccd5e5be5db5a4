/** What happens in a meeting that somebody who does not look should hear of. */
export interface Happening {
  kind: 'joined' | 'left' | 'hand' | 'message';
  name: string;
}

export interface Announcement {
  kind: Happening['kind'];
  /** Each once, in the order of what happened. */
  names: string[];
}

/** One announcement of each kind, however much happened: ten people who join at once are one sentence. */
export function together(happenings: readonly Happening[]): Announcement[] {
  const all = new Map<Happening['kind'], Announcement>();
  for (const { kind, name } of happenings) {
    const said = all.get(kind) ?? { kind, names: [] };
    all.set(kind, said);
    if (!said.names.includes(name)) said.names.push(name);
  }
  return [...all.values()];
}

const waitMs = 900;

/** Collects what happens within a moment, and then says it at once. */
export function createAnnouncer(say: (announcements: Announcement[]) => void) {
  let waiting: Happening[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    tell(happening: Happening): void {
      waiting.push(happening);
      timer ??= setTimeout(() => {
        timer = undefined;
        const told = waiting;
        waiting = [];
        say(together(told));
      }, waitMs);
    },
    stop(): void {
      clearTimeout(timer);
    },
  };
}

/** Who came and who went between two rosters. */
export function comings(
  before: readonly { id: string; name: string }[],
  after: readonly { id: string; name: string }[],
): Happening[] {
  const ids = (people: typeof before) => new Set(people.map(({ id }) => id));
  const [then, now] = [ids(before), ids(after)];
  return [
    ...after.filter(({ id }) => !then.has(id)).map(({ name }) => ({ kind: 'joined' as const, name })),
    ...before.filter(({ id }) => !now.has(id)).map(({ name }) => ({ kind: 'left' as const, name })),
  ];
}
