import { HubError } from '@diwan/protocol/errors.ts';
import type { Response } from 'express';
import type { z } from 'zod';

/** What came in, checked by its contract. @throws HubError bad_request naming the first field that is wrong */
export function parse<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const where = issue?.path.join('.');
  throw new HubError('bad_request', where ? `${where}: ${issue?.message}` : issue?.message);
}

/** Sends an answer as its contract says; fields that the contract does not name never leave the hub. */
export function answer<T extends z.ZodType>(res: Response, schema: T, value: z.input<T>, status = 200): void {
  answerText(res, JSON.stringify(schema.parse(value)), status);
}

/** Sends JSON that is text already: who wrote it answers for its contract. */
export function answerText(res: Response, json: string, status = 200): void {
  // Not by res.json: it hashes the body for an ETag, and answers of the API are never stored.
  const body = Buffer.from(json);
  res.status(status).set({ 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': String(body.length) });
  res.end(body);
}
