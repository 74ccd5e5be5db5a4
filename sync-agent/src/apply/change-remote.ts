import type { Operation } from '@diwan/protocol/ibox-chunks.ts';
import { reached } from '../failpoints.ts';
import type { Key, RemoteNode, TreeByFolder } from '../plan/tree.ts';
import { remoteNode } from '../remote/changes.ts';
import { commit, refusal } from '../remote/chunks.ts';
import type { ActionOf, Job } from './job.ts';
import { stopsAll } from './tally.ts';

export type RemoteChange = ActionOf<'move' | 'remove' | 'make-folder' | 'set'>;

const OPERATIONS_AT_ONCE = 1000;

interface Pending {
  action: RemoteChange;
  operation: Operation;
  /** What a deletion takes along. */
  gone: RemoteNode[];
}

/**
 * Moves, removes and makes folders on the hub, in order, as many in one commit as do not need each other's answer.
 * @throws what stops the whole pass; what was answered until then is noted
 */
export async function changeRemote(job: Job, actions: readonly RemoteChange[]): Promise<void> {
  const { ledger, state, tally } = job;
  let batch: Pending[] = [];
  /** Operations of the batch that make a folder, by its key. */
  let made = new Map<Key, number>();
  let moved = new Set<Key>();

  for (const action of actions) {
    const { key } = action;
    const isMovedTwice = (action.do === 'move' || action.do === 'set') && moved.has(ledger.keyOf(key));
    // What a folder holds is known once those that left it have.
    const mustBeKnown = action.do === 'remove' && (moved.size > 0 || made.size > 0);
    if (batch.length === OPERATIONS_AT_ONCE || isMovedTwice || mustBeKnown) await send();
    job.step?.(action);
    try {
      batch.push(prepare(action));
      if (action.do === 'make-folder') made.set(key, batch.length - 1);
      if (action.do === 'move' || action.do === 'set') moved.add(ledger.keyOf(key));
    } catch (error) {
      tally.fail(action, error);
    }
  }
  await send();

  function prepare(action: RemoteChange): Pending {
    const parentOf = (parent: Key) => {
      const place = made.get(parent);
      return place === undefined ? ledger.idOf(parent) : `#${place}`;
    };
    switch (action.do) {
      case 'make-folder': {
        const { parent, name } = action.to;
        return { action, operation: { op: 'folder', parentId: parentOf(parent), name }, gone: [] };
      }
      case 'move': {
        const { key: id, seq: baseSeq } = ledger.remoteOf(action.key);
        const { parent, name } = action.to;
        return { action, operation: { op: 'move', id, baseSeq, parentId: parentOf(parent), name }, gone: [] };
      }
      case 'set': {
        const { key: id, seq: baseSeq } = ledger.remoteOf(action.key);
        const { executable } = action;
        return { action, operation: { op: 'set', id, baseSeq, executable }, gone: [] };
      }
      case 'remove': {
        const gone = subtree(state.remote, ledger.idOf(action.key));
        const baseSeq = gone.reduce((latest, { seq }) => Math.max(latest, seq), 1);
        return { action, operation: { op: 'delete', id: ledger.idOf(action.key), baseSeq }, gone };
      }
    }
  }

  async function send(): Promise<void> {
    const sent = batch;
    [batch, made, moved] = [[], new Map(), new Set()];
    if (sent.length === 0) return;
    const operations = sent.map(({ operation }) => operation);
    // Those into a folder that this very commit makes have no place yet that could be known again.
    state.sendMoves(
      operations.flatMap((operation) => {
        if (operation.op !== 'move') return [];
        const { id: key, parentId: parent, name } = operation;
        return parent === undefined || name === undefined || parent.startsWith('#') ? [] : [{ key, parent, name }];
      }),
    );
    const outcomes = await commit(job.client, job.spaceId, operations, job.signal);
    reached('there.answered');
    const refused: [RemoteChange, Error][] = [];
    state.together(() => {
      const gone: Key[] = [];
      sent.forEach(({ action, gone: along }, place) => {
        const outcome = outcomes[place];
        if (!outcome?.ok) refused.push([action, refusal(outcome?.code ?? 'internal')]);
        else if (outcome.node) {
          ledger.adopt(action.key, remoteNode(outcome.node));
          ledger.settle(action.key);
        } else for (const { key } of along) gone.push(key);
      });
      state.unlearn(gone);
      for (const key of gone) state.forget(key);
    });
    reached('there.noted');
    sent.forEach(({ action }, place) => {
      if (outcomes[place]?.ok) tally.done(action);
    });
    // First those that concern one step only, so that each is counted.
    for (const [action, error] of refused) if (!stopsAll(error)) tally.fail(action, error);
    for (const [, error] of refused) if (stopsAll(error)) throw error;
  }
}

function subtree(tree: TreeByFolder<RemoteNode>, top: Key): RemoteNode[] {
  const node = tree.get(top);
  const all = node ? [node] : [];
  for (const { key, kind } of all) if (kind === 'folder') all.push(...tree.childrenOf(key));
  return all;
}
