import { lazy, type ReactNode, Suspense } from 'react';
import { matchPath, Navigate, type RouteObject } from 'react-router';
import { AccountPage } from './account/account-page.tsx';
import { DevicePage } from './account/device-page.tsx';
import { ForgottenPage } from './account/forgotten-page.tsx';
import { LoginPage } from './account/login-page.tsx';
import { PasswordByLinkPage } from './account/password-by-link-page.tsx';
import { SessionGate } from './account/session-gate.tsx';
import { HomePage } from './home/home-page.tsx';
import { FavouritesPage } from './ibox/favourites-page.tsx';
import { FilesPage } from './ibox/files-page.tsx';
import { SearchPage } from './ibox/search-page.tsx';
import { LinksPage } from './ibox/sharing/links-page.tsx';
import { SharedPage } from './ibox/sharing/shared-page.tsx';
import { TrashPage } from './ibox/trash-page.tsx';
import { AppLayout } from './layout/app-layout.tsx';
import { CrashPage, NotFoundPage } from './layout/error-page.tsx';
import { WithMeetingFiles } from './meeting-files/with-meeting-files.tsx';
import { Waiting } from './ui/states.tsx';
import { vroomRoutes } from './vroom/routes.tsx';
import { lastEndReason } from './wire/session.ts';

// What only some people open is fetched only by them.
const admin = {
  layout: async () => ({ Component: (await import('./admin/admin-layout.tsx')).AdminLayout }),
  accounts: async () => ({ Component: (await import('./admin/accounts-page.tsx')).AccountsPage }),
  meetings: async () => ({ Component: (await import('./admin/meetings-page.tsx')).MeetingsPage }),
  webhooks: async () => ({ Component: (await import('./admin/webhooks-page.tsx')).WebhooksPage }),
  keys: async () => ({ Component: (await import('./admin/api-keys-page.tsx')).ApiKeysPage }),
  notices: async () => ({ Component: (await import('./admin/notices-page.tsx')).NoticesPage }),
  terms: async () => ({ Component: (await import('./admin/terms-versions-page.tsx')).TermsVersionsPage }),
  editor: async () => ({ Component: (await import('./admin/terms-editor-page.tsx')).TermsEditorPage }),
};
/** For who has no account, and asks for none of the app's session. */
const link = async () => ({ Component: (await import('./links/link-page.tsx')).LinkPage });
const GuestPage = lazy(() => import('./vroom/guest-page.tsx'));
const terms = async () => ({ Component: (await import('./terms/terms-page.tsx')).TermsPage });

/** A meeting's link may let in people without an account. */
function visitors(path: string, signIn: ReactNode, signInPath: string): ReactNode {
  if (matchPath('/meet/:roomId', path) === null || lastEndReason() !== undefined) return undefined;
  return (
    <Suspense fallback={<Waiting minHeight="100dvh" />}>
      <WithMeetingFiles>
        <GuestPage signIn={signIn} signInPath={signInPath} />
      </WithMeetingFiles>
    </Suspense>
  );
}

const behindTheGates: RouteObject[] = [
  { path: '/', element: <HomePage /> },
  { element: <WithMeetingFiles />, children: vroomRoutes },
  { path: '/files', element: <FilesPage /> },
  { path: '/files/search', element: <SearchPage /> },
  { path: '/files/favourites', element: <FavouritesPage /> },
  { path: '/files/shared', element: <SharedPage /> },
  { path: '/files/links', element: <LinksPage /> },
  { path: '/files/trash', element: <TrashPage /> },
  { path: '/files/:nodeId', element: <FilesPage /> },
  { path: '/account', element: <AccountPage /> },
  { path: '/device', element: <DevicePage /> },
  {
    path: '/admin',
    lazy: admin.layout,
    children: [
      { index: true, element: <Navigate to="/admin/accounts" replace /> },
      { path: 'accounts', lazy: admin.accounts },
      { path: 'meetings', lazy: admin.meetings },
      { path: 'notices', lazy: admin.notices },
      { path: 'terms', lazy: admin.terms },
      { path: 'terms/new', lazy: admin.editor },
      { path: 'webhooks', lazy: admin.webhooks },
      { path: 'keys', lazy: admin.keys },
    ],
  },
  { path: '*', element: <NotFoundPage /> },
];

export const routes: RouteObject[] = [
  {
    errorElement: <CrashPage />,
    hydrateFallbackElement: <Waiting minHeight="100dvh" />,
    children: [
      { path: '/login', element: <LoginPage /> },
      { path: '/forgotten', element: <ForgottenPage /> },
      { path: '/new-password/:token', element: <PasswordByLinkPage kind="reset" /> },
      { path: '/invitation/:token', element: <PasswordByLinkPage kind="invitation" /> },
      { path: '/terms', lazy: terms },
      { path: '/l/:token/:nodeId?', lazy: link },
      {
        element: <SessionGate visitors={visitors} />,
        children: [{ element: <AppLayout />, children: [{ errorElement: <CrashPage />, children: behindTheGates }] }],
      },
    ],
  },
];
