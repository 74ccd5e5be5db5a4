import type { ErrorCode } from '@diwan/protocol/errors.ts';
import type { z } from 'zod';
import { iboxRoutes } from './ibox-routes.ts';
import { linkRoutes } from './link-routes.ts';
import { meetingsRoutes } from './meetings-routes.ts';
import { messageFilesRoutes } from './message-files-routes.ts';
import { portalRoutes } from './portal-routes.ts';
import { secondFactorRoutes } from './second-factor-routes.ts';
import { sharesRoutes } from './shares-routes.ts';
import { socialRoutes } from './social-routes.ts';
import { v1Routes } from './v1-routes.ts';
import { webhooksRoutes } from './webhooks-routes.ts';

/** One call of the HTTP API, as it is documented. A test compares them all with what Express really serves. */
export interface ApiRoute {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** Below /api, with `:name` for what varies. */
  path: string;
  /** One line. */
  does: string;
  /** Who may call it; a person whose terms are accepted unless said otherwise. `key`: another system, with an API key. */
  open?: 'everyone' | 'signed-in' | 'key';
  query?: z.ZodType;
  /** JSON, or bytes of that media type. */
  request?: z.ZodType | string;
  /** JSON, or bytes of that media type; nothing (204) when it is left out. */
  answer?: z.ZodType | string;
  status?: number;
  errors?: readonly ErrorCode[];
  /** As they are sent. */
  example?: { request?: unknown; answer?: unknown };
}

export const apiRoutes: readonly ApiRoute[] = [
  ...portalRoutes,
  ...secondFactorRoutes,
  ...meetingsRoutes,
  ...messageFilesRoutes,
  ...iboxRoutes,
  ...sharesRoutes,
  ...socialRoutes,
  ...linkRoutes,
  ...webhooksRoutes,
  ...v1Routes,
];
