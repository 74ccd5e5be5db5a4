/** The login page that leads back to where the person was. */
export function loginPath(from: string): string {
  return from === '/' ? '/login' : `/login?next=${encodeURIComponent(from)}`;
}

/** Where to go after login: a path of this site and nothing else. */
export function pathAfterLogin(search: string): string {
  const next = new URLSearchParams(search).get('next') ?? '/';
  // Two slashes, or a slash and a backslash, would name another host.
  return /^\/(?![/\\])/.test(next) && !next.startsWith('/login') ? next : '/';
}
