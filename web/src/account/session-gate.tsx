import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect } from 'react';
import { Navigate, Outlet, useLocation } from 'react-router';
import { changeLanguage } from '../locales/i18n.ts';
import { Failure, Waiting } from '../ui/states.tsx';
import { meQuery } from '../wire/queries.ts';
import { lastEndReason, sessionStarted, watchSession } from '../wire/session.ts';
import { loginPath } from './paths.ts';

/**
 * Lets through only who is signed in; the others go to the login page and come back.
 * @param visitors what somebody without an account may see in its place
 */
export function SessionGate({
  visitors,
}: {
  visitors?: (path: string, signIn: ReactNode, signInPath: string) => ReactNode;
}) {
  const { data: me, error, refetch } = useQuery(meQuery);
  const location = useLocation();
  const language = me?.account.language;
  const signedIn = me != null;

  useEffect(watchSession, []);
  useEffect(() => {
    if (signedIn) sessionStarted();
  }, [signedIn]);
  useEffect(() => {
    if (language) void changeLanguage(language);
  }, [language]);

  if (me === undefined) return error ? <Failure error={error} onRetry={refetch} /> : <Waiting minHeight="100dvh" />;
  if (me === null) {
    const target = lastEndReason() === 'signed-out' ? '/' : location.pathname + location.search + location.hash;
    const signIn = <Navigate to={loginPath(target)} replace />;
    return visitors?.(location.pathname, signIn, loginPath(target)) ?? signIn;
  }
  return <Outlet />;
}
