import { useSyncExternalStore } from 'react';

/** Follows a store of the model. */
export function useFollow<T>(store: { get: () => T; subscribe: (listener: () => void) => () => void }): T {
  return useSyncExternalStore(store.subscribe, store.get);
}
