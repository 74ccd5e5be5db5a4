import type { z } from 'zod';
import { learnServerTime } from './clock.ts';
import { codeOf, localProblem, readProblem } from './problem.ts';
import { refreshSession } from './refresh.ts';
import { sendSessionSignal } from './signals.ts';

type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

/** Reads `path` and parses the answer with its contract. Throws ProblemError. */
export async function get<T extends z.ZodType>(path: string, answer: T, signal?: AbortSignal): Promise<z.output<T>> {
  return parsed(answer, await exchange('GET', path, undefined, signal));
}

/** Sends `body` after checking it against its contract; the answer, if the call has one, is parsed too. Throws ProblemError. */
export async function send<R extends z.ZodType, T extends z.ZodType>(
  method: Method,
  path: string,
  call: { request?: R; body?: z.input<R>; answer: T },
): Promise<z.output<T>> {
  return parsed(call.answer, await exchange(method, path, checked(call.request, call.body)));
}

/** As `send`, for calls whose answer says nothing the caller needs. */
export async function tell<R extends z.ZodType>(
  method: Method,
  path: string,
  call: { request?: R; body?: z.input<R> } = {},
): Promise<void> {
  await exchange(method, path, checked(call.request, call.body));
}

/** Asks the server nothing but whether the session is good, renewing it if need be: for what the browser fetches by itself. */
export async function ensureFreshSession(): Promise<void> {
  await exchange('GET', '/api/me');
}

function checked(request: z.ZodType | undefined, body: unknown): string | undefined {
  if (request === undefined) return undefined;
  const result = request.safeParse(body);
  if (!result.success) throw localProblem('bad_request', 400, result.error.message);
  return JSON.stringify(result.data);
}

async function exchange(method: Method, path: string, body?: string, signal?: AbortSignal): Promise<string> {
  try {
    return await once(method, path, body, signal);
  } catch (error) {
    if (codeOf(error) !== 'token_expired') throw heard(error);
    await refreshSession().catch((refusal) => {
      throw heard(refusal);
    });
    return await once(method, path, body, signal).catch((again) => {
      throw heard(again);
    });
  }
}

async function once(method: Method, path: string, body: string | undefined, signal?: AbortSignal): Promise<string> {
  const response = await fetch(path, {
    method,
    headers: {
      accept: 'application/json',
      'accept-language': document.documentElement.lang,
      ...(method === 'GET' ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body }),
    ...(signal === undefined ? {} : { signal }),
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw localProblem('unavailable');
  });
  learnServerTime(response.headers.get('date'));
  const text = await response.text();
  if (!response.ok) throw readProblem(response.status, text);
  return text;
}

/** Tells the session about what a failure says of it, and passes the failure on. */
export function heard(error: unknown): unknown {
  const code = codeOf(error);
  if (code === 'unauthenticated' || code === 'token_expired') sendSessionSignal('unauthenticated');
  if (code === 'account_suspended') sendSessionSignal('suspended');
  if (code === 'cgu_required') sendSessionSignal('terms-required');
  return error;
}

/** Parses an answer; one that breaks its contract is a fault of the hub, not of the person. */
export function parsed<T extends z.ZodType>(answer: T, text: string): z.output<T> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw localProblem('internal', 200, 'the answer is not JSON');
  }
  const result = answer.safeParse(json);
  if (result.success) return result.data;
  console.error('answer breaks its contract', result.error);
  throw localProblem('internal', 200, result.error.message);
}
