import type { CookieChange } from './types.ts';

export type CookieOf = 'session' | 'wall';

/** A wall screen has a cookie of its own, so that opening one ends nobody's session. */
export const cookieName = (secure: boolean, of: CookieOf = 'session'): string => `${secure ? '__Host-' : ''}cardwatch_${of}`;

/** `Set-Cookie` of the session: never readable by script, never sent by another site, whole host. */
export function setCookie(change: CookieChange, secure: boolean): string {
  const { secret, maxAgeS, of } = change === 'clear' ? { secret: '', maxAgeS: 0, of: undefined } : change;
  const base = `${cookieName(secure, of)}=${secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${maxAgeS}`;
  return secure ? `${base}; Secure` : base;
}

/** The secret of a `Cookie` header. */
export function readCookie(header: string | undefined, secure: boolean, of: CookieOf = 'session'): string | undefined {
  const prefix = `${cookieName(secure, of)}=`;
  const pair = (header ?? '').split(';').find((part) => part.trim().startsWith(prefix));
  return pair?.trim().slice(prefix.length);
}
