import { errorCodes, errorSentences, HubError, languages } from '@diwan/protocol/errors.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { preferredLanguage, problemOf, statusOf } from './errors.ts';
import { sameOrigin } from './gates.ts';
import { eventBudget } from './socket/event-budget.ts';

describe('problems', () => {
  it('every code has a status and a sentence in each language', () => {
    for (const code of errorCodes) {
      expect(statusOf[code]).toBeGreaterThanOrEqual(400);
      for (const language of languages) expect(errorSentences[code][language].length).toBeGreaterThan(5);
    }
  });

  it('an error of ours that nobody foresaw shows nothing of itself', () => {
    const problem = problemOf(new Error('SQLITE_ERROR: near "secret"'), 'fr');
    expect(problem).toEqual({
      type: 'urn:diwan:error:internal',
      status: 500,
      code: 'internal',
      title: errorSentences.internal.fr,
    });
  });

  it('names a full disk, a body that is no JSON and a database that went away', () => {
    const named = (properties: object) => problemOf(Object.assign(new Error('x'), properties), 'en').code;
    expect(named({ code: 'ENOSPC' })).toBe('storage_full');
    expect(named({ message: 'database or disk is full' })).toBe('storage_full');
    expect(named({ type: 'entity.parse.failed', status: 400 })).toBe('malformed_json');
    expect(named({ type: 'entity.too.large', status: 413 })).toBe('too_large');
    expect(named({ code: '57P01' })).toBe('unavailable');
    expect(named({ code: '57P01X' })).toBe('internal');
    expect(problemOf(new HubError('too_many_attempts', undefined, 7), 'ar')).toMatchObject({
      status: 429,
      retryAfter: 7,
    });
  });

  it('takes the first of our languages a browser names, French without any', () => {
    expect(preferredLanguage('de-DE, ar-DZ;q=0.9, en')).toBe('ar');
    expect(preferredLanguage('en-US,en;q=0.9')).toBe('en');
    expect(preferredLanguage(undefined)).toBe('fr');
    fc.assert(fc.property(fc.string(), (header) => void expect(languages).toContain(preferredLanguage(header))));
  });
});

describe('sameOrigin', () => {
  it('believes only our own pages', () => {
    const at = (origin: string | undefined, publicUrl?: string) =>
      sameOrigin({ origin, host: 'diwan.example:8080' }, publicUrl);
    expect(at('http://diwan.example:8080')).toBe(true);
    expect(at('http://diwan.example')).toBe(false);
    expect(at('http://evil.example')).toBe(false);
    expect(at('null')).toBe(false);
    expect(at(undefined)).toBe(false);
    expect(at('https://diwan.example', 'https://diwan.example/')).toBe(true);
    expect(at('http://diwan.example:8080', 'https://diwan.example')).toBe(false);
    expect(at('https://diwan.example.evil.com', 'https://diwan.example')).toBe(false);
  });
});

describe('event budget', () => {
  it('lets a burst through, stops a flood, and refills with time', () => {
    let clock = 0;
    const spend = eventBudget(() => clock);
    for (let i = 0; i < 600; i++) spend();
    expect(spend).toThrow(HubError);
    clock += 50;
    for (let i = 0; i < 5; i++) spend();
    expect(spend).toThrow(HubError);
  });
});
