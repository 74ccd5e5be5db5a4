import type { RouteObject } from 'react-router';

// Loaded when first needed: the media code is large.
export const vroomRoutes: RouteObject[] = [
  { path: '/meetings', lazy: async () => ({ Component: (await import('./meetings-page.tsx')).MeetingsPage }) },
  { path: '/meet/:roomId', lazy: async () => ({ Component: (await import('./meet-page.tsx')).MeetPage }) },
];
