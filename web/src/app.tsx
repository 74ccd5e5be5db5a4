import { DirectionProvider, MantineProvider, useDirection } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, useEffect } from 'react';
import { createBrowserRouter } from 'react-router';
import { RouterProvider } from 'react-router/dom';
import { directionOf, useLanguage } from './locales/i18n.ts';
import { routes } from './routes.tsx';
import { contrast, theme } from './ui/theme.ts';
import { queryClient } from './wire/queries.ts';

const router = createBrowserRouter(routes);

export function App() {
  const direction = directionOf(useLanguage());
  return (
    <QueryClientProvider client={queryClient}>
      <DirectionProvider initialDirection={direction} detectDirection={false}>
        <MantineProvider theme={theme} cssVariablesResolver={contrast} defaultColorScheme="auto">
          <FollowLanguage>
            <Notifications position="bottom-center" />
            <RouterProvider router={router} />
          </FollowLanguage>
        </MantineProvider>
      </DirectionProvider>
    </QueryClientProvider>
  );
}

/** Keeps the components' direction that of the language. */
function FollowLanguage({ children }: { children: ReactNode }) {
  const direction = directionOf(useLanguage());
  const { setDirection } = useDirection();
  useEffect(() => setDirection(direction), [direction, setDirection]);
  return children;
}
