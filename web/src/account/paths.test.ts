import { describe, expect, it } from 'vitest';
import { loginPath, pathAfterLogin } from './paths.ts';

describe('the way back after login', () => {
  it('R-10 keeps the whole target, its query and fragment', () => {
    const target = '/device?code=ABCD-EFGH#top';
    const login = loginPath(target);
    expect(pathAfterLogin(login.slice(login.indexOf('?')))).toBe(target);
  });

  it('R-10 goes home when there is no target', () => {
    expect(loginPath('/')).toBe('/login');
    expect(pathAfterLogin('')).toBe('/');
  });

  it.each([
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    'javascript:alert(1)',
    'files',
    '/login?next=/',
  ])('R-10 never leads out of the site or in a circle: %s', (next) =>
    expect(pathAfterLogin(`?next=${encodeURIComponent(next)}`)).toBe('/'),
  );
});
