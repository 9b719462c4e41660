import { type Areas, type Role, roleScopes, type Scope } from '@cardwatch/contracts/api';
import type { AuditEntry, LiveSession, TokenRow } from '../store/people/roles.ts';
import type { WallSessionRow } from '../store/people/walls.ts';

/** Who asks, from where. `session` is null for tokens, for the command line and for nobody. */
export interface Caller {
  readonly actor: string;
  readonly ip: string;
  readonly role: Role | null;
  readonly scopes: readonly Scope[];
  /** Campuses and areas that this caller sees and handles; null: all. */
  readonly areas: Areas;
  readonly session: LiveSession | null;
  /** Of a wall screen: the end of its link. */
  readonly wall?: { readonly expiresAt: number };
}

export const nobody = (ip: string): Caller => ({ actor: '-', ip, role: null, scopes: [], areas: null, session: null });
export const commandLine: Caller = { actor: 'cli', ip: 'local', role: null, scopes: [], areas: null, session: null };

/** The collector's own acts: its start and its end. */
export const systemItself: Caller = { actor: 'collector', ip: 'local', role: null, scopes: [], areas: null, session: null };

export const personCaller = (session: LiveSession, ip: string): Caller => ({
  actor: session.name,
  ip,
  role: session.role,
  scopes: roleScopes[session.role],
  areas: session.areas,
  session,
});

/** As much of a name as every row has room for that says who did a thing. */
const actorChars = 64;

export const tokenCaller = (token: TokenRow, ip: string): Caller => ({
  actor: `token:${token.label}`.slice(0, actorChars).toWellFormed(),
  ip,
  role: null,
  scopes: token.scopes,
  areas: null,
  session: null,
});

/** A wall screen reads the wall, within the areas of its link, and nothing else. */
export const wallCaller = ({ link }: WallSessionRow, ip: string): Caller => ({
  actor: `wall:${link.label}`,
  ip,
  role: null,
  scopes: ['wall:read'],
  areas: link.areas,
  session: null,
  wall: { expiresAt: link.expiresAt },
});

type Act = Pick<AuditEntry, 'action' | 'object' | 'result'> & { readonly detail?: Readonly<Record<string, unknown>> };

/** An audit row of this caller; `detail` becomes JSON with the role in front. */
export function auditOf(caller: Caller, act: Act, now: number): AuditEntry {
  const { action, object, result, detail = {} } = act;
  const said = caller.role === null ? detail : { role: caller.role, ...detail };
  return { at: now, actor: caller.actor, ip: caller.ip, action, object, result, detail: JSON.stringify(said) };
}
