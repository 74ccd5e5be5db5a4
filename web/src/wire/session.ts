import type { Me } from '@diwan/protocol/identity.ts';
import { tell } from './http.ts';
import { meQuery, queryClient } from './queries.ts';
import { onSessionSignal, type SessionSignal, sendSessionSignal } from './signals.ts';
import { connectSocket, disconnectSocket, onEvent } from './socket.ts';

/** Why the last session of this page ended. */
export type EndReason = Exclude<SessionSignal, 'terms-required'> | undefined;
let endReason: EndReason;

export const lastEndReason = (): EndReason => endReason;

/** Ties the session to what calls and the live connection say of it; answers the function that unties it. */
export function watchSession(): () => void {
  const untie = [
    onSessionSignal((signal) => (signal === 'terms-required' ? closeTermsGate() : endSession(signal))),
    onEvent('terms:published', () => {
      void queryClient.invalidateQueries({ queryKey: ['terms'] });
      closeTermsGate();
    }),
    onEvent('session:ended', ({ reason }) => sendSessionSignal(reason === 'logout' ? 'signed-out' : reason)),
  ];
  return () => {
    for (const stop of untie) stop();
  };
}

/** Called once somebody is known to be signed in. */
export function sessionStarted(): void {
  endReason = undefined;
  connectSocket();
}

/** Ends the session here and on the server; an unreachable server does not keep anybody signed in here. */
export async function signOut(): Promise<void> {
  await tell('POST', '/api/auth/logout').catch(() => undefined);
  sendSessionSignal('signed-out');
}

function endSession(reason: EndReason): void {
  const wasSignedIn = queryClient.getQueryData(meQuery.queryKey) != null;
  disconnectSocket();
  if (!wasSignedIn) return;
  endReason = reason;
  queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'me' && queryKey[0] !== 'hub' });
  queryClient.setQueryData(meQuery.queryKey, null);
}

function closeTermsGate(): void {
  queryClient.setQueryData(meQuery.queryKey, (me: Me | null | undefined) => me && { ...me, termsAccepted: false });
}
