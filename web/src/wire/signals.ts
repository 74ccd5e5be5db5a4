/** What any call may find out about the session, whoever made the call. */
export type SessionSignal = 'unauthenticated' | 'terms-required' | 'signed-out' | 'revoked' | 'suspended';

const listeners = new Set<(signal: SessionSignal) => void>();

/** Hears what calls find out about the session; answers the function that stops it. */
export function onSessionSignal(listener: (signal: SessionSignal) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function sendSessionSignal(signal: SessionSignal): void {
  for (const listener of listeners) listener(signal);
}
