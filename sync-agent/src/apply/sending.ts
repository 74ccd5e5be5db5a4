import { noted } from '../plan/identify.ts';
import type { ActionOf, Job } from './job.ts';

/** Notes uploads before they are asked for: an answer that is lost leaves no doubt later whose content the hub has. */
export function noteSending({ state, ledger }: Job, actions: readonly ActionOf<'upload'>[]): void {
  state.send(
    actions.map(({ key, to }) => {
      const entry = ledger.seenOf(key);
      const known = state.remote.get(ledger.keyOf(key));
      const place = known
        ? { parent: known.parent ?? '', name: known.name }
        : { ...to, parent: ledger.idOf(to.parent) };
      return { key: known?.key ?? null, ...place, sha256: entry.sha256 ?? '', stat: noted(entry) };
    }),
  );
}
