import type { RouteObject } from 'react-router';
import { LoginPage } from './account/login-page.tsx';
import { SessionGate } from './account/session-gate.tsx';
import { HomePage } from './home/home-page.tsx';
import { AppLayout } from './layout/app-layout.tsx';
import { CrashPage, NotFoundPage } from './layout/error-page.tsx';
import { vroomRoutes } from './vroom/routes.tsx';

export const routes: RouteObject[] = [
  {
    errorElement: <CrashPage />,
    children: [
      { path: '/login', element: <LoginPage /> },
      {
        element: <SessionGate />,
        children: [
          {
            element: <AppLayout />,
            children: [
              {
                errorElement: <CrashPage />,
                children: [
                  { path: '/', element: <HomePage /> },
                  ...vroomRoutes,
                  { path: '*', element: <NotFoundPage /> },
                ],
              },
            ],
          },
        ],
      },
    ],
  },
];
