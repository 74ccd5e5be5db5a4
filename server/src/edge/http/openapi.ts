import * as admin from '@diwan/protocol/admin.ts';
import * as apiKeys from '@diwan/protocol/api-keys.ts';
import * as v1 from '@diwan/protocol/api-v1.ts';
import * as appPasswords from '@diwan/protocol/app-passwords.ts';
import { type ErrorCode, errorSentences, Problem } from '@diwan/protocol/errors.ts';
import * as ibox from '@diwan/protocol/ibox.ts';
import * as activity from '@diwan/protocol/ibox-activity.ts';
import * as chunks from '@diwan/protocol/ibox-chunks.ts';
import * as history from '@diwan/protocol/ibox-history.ts';
import * as links from '@diwan/protocol/ibox-links.ts';
import * as fileMeetings from '@diwan/protocol/ibox-meetings.ts';
import * as previews from '@diwan/protocol/ibox-previews.ts';
import * as shares from '@diwan/protocol/ibox-shares.ts';
import * as social from '@diwan/protocol/ibox-social.ts';
import * as identity from '@diwan/protocol/identity.ts';
import * as notices from '@diwan/protocol/notices.ts';
import * as secondFactor from '@diwan/protocol/second-factor.ts';
import * as terms from '@diwan/protocol/terms.ts';
import * as version from '@diwan/protocol/version.ts';
import * as vroom from '@diwan/protocol/vroom.ts';
import * as vroomGuests from '@diwan/protocol/vroom-guests.ts';
import * as vroomLive from '@diwan/protocol/vroom-live.ts';
import * as meetings from '@diwan/protocol/vroom-meetings.ts';
import * as vroomRoles from '@diwan/protocol/vroom-roles.ts';
import * as webhooks from '@diwan/protocol/webhooks.ts';
import { Router } from 'express';
import { z } from 'zod';
import { statusOf } from '../errors.ts';
import { docsPage } from './api/docs-page.ts';
import { type ApiRoute, apiRoutes } from './api/routes.ts';

type Json = Record<string, unknown>;
export interface Operation extends Json {
  summary: string;
  responses: Record<string, Json>;
}
export interface OpenApi extends Json {
  info: { title: string; version: string; description: string };
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Json>; securitySchemes: Json };
}

/** Contracts that are answered carry their exported name in the document. */
const named = z.registry<{ id: string }>();
const unnamed = z.registry<{ id: string }>();
const names = new Set<string>();
for (const conversation of [
  { Problem },
  identity,
  secondFactor,
  terms,
  notices,
  admin,
  appPasswords,
  apiKeys,
  v1,
  version,
  vroom,
  vroomRoles,
  vroomGuests,
  vroomLive,
  meetings,
  webhooks,
  ibox,
  chunks,
  history,
  shares,
  links,
  fileMeetings,
  previews,
  activity,
  social,
])
  for (const [id, schema] of Object.entries(conversation)) {
    if (!(schema instanceof z.ZodType) || named.has(schema) || names.has(id)) continue;
    names.add(id);
    named.add(schema, { id });
  }

/** The HTTP API as OpenAPI 3.1, from the contracts that the hub itself parses by. */
export function openApi(hubVersion: string): OpenApi {
  const schemas: Record<string, Json> = {};

  function answered(schema: z.ZodType): Json {
    // In a wrapper, so that the schema itself may be one of those with a name.
    const { properties, $defs } = toJson(z.object({ value: schema }), 'output', named);
    for (const [id, definition] of Object.entries(($defs ?? {}) as Record<string, Json>)) {
      const { id: _id, ...rest } = definition;
      schemas[id] = renamed(rest);
    }
    return renamed((properties as { value: Json }).value);
  }

  function problems(route: ApiRoute): Record<string, Json> {
    const codes = new Set<ErrorCode>(route.errors);
    if (route.request || route.query) codes.add('bad_request');
    if (route.open === 'key') codes.add('unauthenticated').add('forbidden').add('too_many_attempts');
    else if (route.open !== 'everyone') codes.add('unauthenticated').add('token_expired');
    if (route.open === undefined) codes.add('cgu_required');
    const byStatus: Record<string, ErrorCode[]> = {};
    for (const code of codes) byStatus[statusOf[code]] = [...(byStatus[statusOf[code]] ?? []), code];
    return Object.fromEntries(
      Object.entries(byStatus).map(([status, some]) => [
        status,
        {
          description: some.map((code) => `\`${code}\`: ${errorSentences[code].en}`).join('\n\n'),
          content: { 'application/problem+json': { schema: answered(Problem) } },
        },
      ]),
    );
  }

  function operation(route: ApiRoute): Operation {
    const { does, request, answer, example, status = answer === undefined ? 204 : 200 } = route;
    return {
      summary: does,
      tags: [route.path.split('/')[1] as string],
      security: securityOf(route),
      parameters: [...pathParameters(route.path), ...(route.query ? queryParameters(route.query) : [])],
      ...(request === undefined
        ? {}
        : {
            requestBody: {
              required: true,
              content: content(request, (schema) => toJson(schema, 'input', unnamed), example?.request),
            },
          }),
      responses: {
        [status]: {
          description: answer === undefined ? 'Done.' : 'The answer.',
          ...(answer === undefined ? {} : { content: content(answer, answered, example?.answer) }),
        },
        ...problems(route),
      },
    };
  }

  const paths: OpenApi['paths'] = {};
  for (const route of apiRoutes) {
    const path = `/api${route.path}`.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method]: operation(route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Diwan',
      version: hubVersion,
      description:
        'Times are milliseconds since the epoch, sizes are bytes. Errors are problems (RFC 9457) with a `code` that stays and a sentence in the person’s language. A browser’s unsafe calls need its own origin.',
    },
    paths,
    components: {
      schemas,
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        cookie: { type: 'apiKey', in: 'cookie', name: 'diwan_access' },
        key: { type: 'http', scheme: 'bearer', bearerFormat: 'dwn_…' },
      },
    },
  };
}

/** /api/openapi.json and /api/docs: open to everyone, as the source is. */
export function openApiRouter({ version }: { version: string }): Router {
  const document = openApi(version);
  const page = docsPage(document);
  const router = Router();
  router.get('/openapi.json', (_req, res) => void res.json(document));
  router.get('/docs', (_req, res) => void res.type('html').send(page));
  return router;
}

function toJson(schema: z.ZodType, io: 'input' | 'output', metadata: typeof named): Json {
  const { $schema: _schema, ...json } = z.toJSONSchema(schema, { io, metadata, unrepresentable: 'any' });
  return json;
}

function securityOf({ open }: ApiRoute): Json[] {
  if (open === 'everyone') return [];
  return open === 'key' ? [{ key: [] }] : [{ cookie: [] }, { bearer: [] }];
}

/** References as OpenAPI places them. */
const renamed = (json: Json): Json =>
  JSON.parse(JSON.stringify(json).replaceAll('"#/$defs/', '"#/components/schemas/')) as Json;

function content(body: z.ZodType | string, convert: (schema: z.ZodType) => Json, example: unknown): Json {
  if (typeof body === 'string')
    return { [body]: body === 'application/json' || body.startsWith('text/') ? {} : { schema: {} } };
  return { 'application/json': { schema: convert(body), ...(example === undefined ? {} : { example }) } };
}

const pathParameters = (path: string): Json[] =>
  [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));

function queryParameters(query: z.ZodType): Json[] {
  const { properties = {}, required = [] } = toJson(query, 'input', unnamed) as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
}
