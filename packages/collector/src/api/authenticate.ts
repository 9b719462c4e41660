import type { Endpoint } from '@cardwatch/contracts/api';
import { err, ok, type Result } from '@cardwatch/kernel';
import { type Caller, nobody, personCaller, tokenCaller, wallCaller } from '../services/caller.ts';
import type { ServiceFailure } from '../services/failure.ts';
import { sameText } from '../services/secret.ts';
import type { Services } from '../services/services.ts';
import { resumeSession } from '../services/session/resume.ts';
import { checkToken } from '../services/token/check.ts';
import { resumeWall } from '../services/wall/link.ts';
import { readCookie } from './cookie.ts';
import { crossSite } from './cross-site.core.ts';

export interface Credentials {
  readonly authorization: string | undefined;
  readonly cookie: string | undefined;
  readonly ip: string;
  readonly secure: boolean;
  /** Whether the request is a sign of life of the session. */
  readonly use: boolean;
}

/** Who asks: a bearer token when there is one, otherwise the session of the cookie, otherwise the wall screen of its cookie, otherwise nobody. */
export async function callerOf(services: Services, { authorization, cookie, ip, secure, use }: Credentials): Promise<Caller> {
  if (authorization !== undefined) {
    const text = /^Bearer ([A-Za-z0-9_-]{1,128})$/.exec(authorization)?.[1];
    const token = text === undefined ? null : await checkToken(services, text);
    return token === null ? nobody(ip) : tokenCaller(token, ip);
  }
  const secret = readCookie(cookie, secure);
  const session = secret === undefined ? null : await resumeSession(services, secret, use);
  if (session !== null) return personCaller(session, ip);
  const screen = readCookie(cookie, secure, 'wall');
  const wall = screen === undefined ? null : await resumeWall(services, screen);
  return wall === null ? nobody(ip) : wallCaller(wall, ip);
}

/** Whether the caller may use a verb of this scope. */
export function allowed(caller: Caller, scope: Endpoint['scope']): Result<null, ServiceFailure> {
  if (scope === null) return ok(null);
  if (caller.session === null && caller.scopes.length === 0) return err({ kind: 'signInNeeded' });
  const granted = scope === 'session' ? caller.session !== null : caller.scopes.includes(scope);
  return granted ? ok(null) : err({ kind: 'forbidden', scope });
}

export interface OriginHeaders {
  readonly origin: string | undefined;
  readonly host: string | undefined;
  readonly csrf: string | undefined;
  readonly bearer: boolean;
}

/** The cross-site rule; the session's secret is compared in constant time. */
export function sameSite(caller: Caller, { bearer, origin, host, csrf }: OriginHeaders): Result<null, ServiceFailure> {
  if (bearer) return ok(null);
  const given = caller.session?.csrf;
  const right = given === undefined || (csrf !== undefined && sameText(csrf, given));
  const reason = crossSite({ origin, host, csrf: right ? given : undefined, expected: given });
  return reason === undefined ? ok(null) : err({ kind: 'crossSite', reason });
}
