import type { RouteObject } from 'react-router';

export const vroomRoutes: RouteObject[] = [];
