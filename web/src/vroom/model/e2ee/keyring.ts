import { converge } from '../converge.ts';
import { type OwnPair, openKey, sealKey } from './agreement.ts';
import { nextStep, type SenderKey, stepsOfGeneration } from './frames.ts';
import { newBaseKey } from './sframe.ts';

/** Where frames are sealed and opened. */
export interface FrameKeys {
  use: (key: SenderKey) => void;
  learn: (participantId: string, key: SenderKey) => void;
  forget: (participantId: string) => void;
}

export interface Keyring {
  /** Who else is in now, by participant: with which public key. */
  present: (people: ReadonlyMap<string, string>) => void;
  /** These lack what they were given: they, or we, were away. */
  repeat: (participantIds: Iterable<string>) => void;
  hear: (from: string, sealed: string) => Promise<void>;
  close: () => void;
}

/** How long a new key is on its way before it is used, in ms. */
const leadMs = 1000;
/** More than one message would hold. */
const mostAtOnce = 500;

/** Of the people given our key, who has gone or is somebody else now, and who has come. */
export function changes(given: ReadonlyMap<string, string>, present: ReadonlyMap<string, string>) {
  const same = (id: string) => given.get(id) === present.get(id);
  return {
    gone: [...given.keys()].filter((id) => !same(id)),
    come: [...present.keys()].filter((id) => !same(id)),
  };
}

/**
 * Our key, and who has it: nobody gets one from before they came, nobody keeps the one in use after they have gone.
 * @param give takes the sealed keys to the hub
 */
export function createKeyring(deps: {
  roomId: string;
  own: OwnPair;
  frames: FrameKeys;
  give: (keys: { to: string; sealed: string }[]) => Promise<unknown>;
  wait?: (ms: number) => Promise<void>;
}): Keyring {
  const { roomId, own, frames, give } = deps;
  const wait = deps.wait ?? ((ms) => new Promise((resolve) => setTimeout(resolve, ms)));
  let generations = 0;
  let key = newKey();
  let people: ReadonlyMap<string, string> = new Map();
  /** Who may have our key, by participant: with which public key. */
  const given = new Map<string, string>();
  /** Who must be given it (again): they may have not got it. */
  const lacking = new Set<string>();
  let mustRenew = false;
  let mustStep = false;
  frames.use(key);

  /** Never the same number twice: of an attempt that failed, some may have arrived. */
  function newKey(): SenderKey {
    return { generation: generations++, step: 0, secret: newBaseKey() };
  }

  async function step(): Promise<'again' | 'done'> {
    const now = people;
    const { gone, come } = changes(given, now);
    mustRenew ||= gone.length > 0 || key.step + 1 === stepsOfGeneration;
    mustStep ||= come.length > 0;
    for (const id of gone) given.delete(id);
    for (const id of come) {
      given.set(id, now.get(id) as string);
      lacking.add(id);
    }
    const to = [...now.keys()].filter((id) => mustRenew || lacking.has(id));
    lacking.clear();
    if (!mustRenew && to.length === 0) return 'done';
    const next = mustRenew ? newKey() : mustStep ? await nextStep(key) : key;
    try {
      await handOut(next, now, to);
    } catch (error) {
      for (const id of to) lacking.add(id);
      throw error;
    }
    // It may still be on its way to those who shall open with it; a step they make themselves.
    if (mustRenew && to.length > 0) await wait(leadMs);
    [mustRenew, mustStep] = [false, false];
    if (next !== key) frames.use(next);
    key = next;
    return 'again';
  }

  async function handOut(next: SenderKey, now: ReadonlyMap<string, string>, to: readonly string[]): Promise<void> {
    const sealed = await Promise.all(
      to.map(async (id) => {
        const way = { roomId, from: own.publicKey, to: now.get(id) as string };
        // What is no key can't be given one: its owner gets nothing, the others do.
        return sealKey(own, way, next).then(
          (text) => [{ to: id, sealed: text }],
          () => [],
        );
      }),
    );
    const keys = sealed.flat();
    for (let at = 0; at < keys.length; at += mostAtOnce) await give(keys.slice(at, at + mostAtOnce));
  }

  const convergence = converge(step, () => 'retry');
  return {
    present(next) {
      for (const [id, publicKey] of people) if (next.get(id) !== publicKey) frames.forget(id);
      people = next;
      convergence.poke();
    },
    repeat(participantIds) {
      for (const id of participantIds) lacking.add(id);
      convergence.poke();
    },
    async hear(from, sealed) {
      const publicKey = people.get(from);
      if (publicKey === undefined) return;
      const learnt = await openKey(own, { roomId, from: publicKey, to: own.publicKey }, sealed);
      if (learnt !== undefined && people.get(from) === publicKey) frames.learn(from, learnt);
    },
    close: convergence.stop,
  };
}
