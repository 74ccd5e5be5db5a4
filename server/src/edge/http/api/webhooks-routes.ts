import { NewWebhook, Webhook, WebhookCreate, WebhookPatch } from '@diwan/protocol/webhooks.ts';
import { z } from 'zod';
import type { ApiRoute } from './routes.ts';

const webhook = {
  id: '5f0c',
  url: 'https://hub.example.dz/crm/hook',
  events: ['meeting.started', 'meeting.ended'],
  createdAt: 1795000000000,
  ...{ active: true, waiting: 0, failed: 0 },
  last: { at: 1795000060000, ok: true, detail: '204' },
} as const;

/** Other systems that are told of meetings. What they are sent: `WebhookMessage`, signed as https://www.standardwebhooks.com says. */
export const webhooksRoutes: readonly ApiRoute[] = [
  {
    method: 'get',
    path: '/admin/webhooks',
    does: 'Who is told of meetings, and how the last request went.',
    answer: z.array(Webhook),
    errors: ['forbidden'],
  },
  {
    method: 'post',
    path: '/admin/webhooks',
    does: 'Has a system told of meetings; the secret that signs is shown this once.',
    request: WebhookCreate,
    answer: NewWebhook,
    status: 201,
    errors: ['forbidden', 'conflict'],
    example: {
      request: { url: webhook.url, events: webhook.events },
      answer: { webhook: { ...webhook, last: null }, secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw…' },
    },
  },
  {
    method: 'patch',
    path: '/admin/webhooks/:id',
    does: 'Switches it on or off, or chooses what it is told.',
    request: WebhookPatch,
    answer: Webhook,
    errors: ['forbidden', 'not_found'],
    example: { request: { active: false }, answer: { ...webhook, active: false } },
  },
  {
    method: 'delete',
    path: '/admin/webhooks/:id',
    does: 'Tells that system nothing more, not even what waited.',
    errors: ['forbidden', 'not_found'],
  },
  {
    method: 'post',
    path: '/admin/webhooks/:id/ping',
    does: 'Sends it a test.',
    status: 202,
    errors: ['forbidden', 'not_found'],
  },
];
