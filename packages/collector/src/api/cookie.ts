import type { CookieChange } from './types.ts';

export const cookieName = (secure: boolean): string => (secure ? '__Host-cardwatch_session' : 'cardwatch_session');

/** `Set-Cookie` of the session: never readable by script, never sent by another site, whole host. */
export function setCookie(change: CookieChange, secure: boolean): string {
  const [value, age] = change === 'clear' ? ['', 0] : [change.secret, change.maxAgeS];
  const base = `${cookieName(secure)}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${age}`;
  return secure ? `${base}; Secure` : base;
}

/** The session secret of a `Cookie` header. */
export function readCookie(header: string | undefined, secure: boolean): string | undefined {
  const prefix = `${cookieName(secure)}=`;
  const pair = (header ?? '').split(';').find((part) => part.trim().startsWith(prefix));
  return pair?.trim().slice(prefix.length);
}
