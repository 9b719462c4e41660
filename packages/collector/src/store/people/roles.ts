/**
 * What the API writes about people: accounts, sessions, tokens, sign-in failures, settings, audit. A file of its own, so that ingest never waits for
 * a person. A change and its audit row are one transaction: what is done is audited, what is audited was done.
 */
import type { Areas, AuditDto, PersonDto, Role, Scope } from '@cardwatch/contracts/api';
import type { Result } from '@cardwatch/kernel';
import type { PageAsk, PageResult } from '../read/roles.ts';
import type { WallRole } from './walls.ts';

export const peopleLimits = {
  sessionsPerPerson: 3,
  persons: 500,
  tokens: 200,
  signInSubjects: 10_000,
  auditTextChars: 1_000,
  auditScanMax: 50_000,
} as const;

/** One line of the trail as a caller writes it; number, hash and time order are the store's. */
export interface AuditEntry {
  readonly at: number;
  /** A person's name, `token:<label>`, `cli`, or `-` for nobody. */
  readonly actor: string;
  readonly ip: string;
  readonly action: string;
  readonly object: string;
  readonly result: string;
  readonly detail: string;
}

export interface AuditAsk extends PageAsk {
  /** What was acted on, exactly: the id of a device, the name of an account. */
  readonly object?: string | undefined;
  readonly actor?: string | undefined;
  /** The beginning of it. */
  readonly action?: string | undefined;
  /** A part of the object or of the detail. */
  readonly q?: string | undefined;
  readonly result?: string | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

export interface Person extends PersonDto {
  /** Encoded password hash; never leaves the services. */
  readonly password: string;
}

/** Name of the setting that keeps the one-time code of an account whose password was reset. */
export const resetSetting = (name: string): string => `reset.${name}`;

export interface NewPerson {
  readonly name: string;
  readonly displayName: string;
  readonly role: Role;
  readonly password: string;
  readonly createdAt: number;
}

/** An account with the row of the trail that tells of it. */
export interface AuditedPerson {
  readonly person: NewPerson;
  readonly audit: AuditEntry;
}

export interface SessionRow {
  readonly idHash: string;
  readonly name: string;
  readonly csrf: string;
  readonly createdAt: number;
  readonly lastUsedAt: number;
  /** Absolute end. */
  readonly expiresAt: number;
  readonly ip: string;
}

export interface LiveSession extends SessionRow {
  readonly displayName: string;
  readonly role: Role;
  readonly areas: Areas;
}

export interface TokenRow {
  readonly idHash: string;
  readonly label: string;
  readonly scopes: readonly Scope[];
  readonly createdBy: string;
  readonly createdAt: number;
  readonly expiresAt: number;
}

export interface FailureRow {
  readonly subject: string;
  readonly failures: number;
  readonly lockedUntil: number;
  readonly lastAt: number;
}

export interface AuditQuota {
  readonly since: number;
  readonly limit: number;
}

export type PeopleFailure = { readonly kind: 'exists' } | { readonly kind: 'full' } | { readonly kind: 'setupClosed' };

/** `lastAdmin`: nobody could let anybody in any more. `stale`: what was proven no longer holds. */
export type StandingFailure = { readonly kind: 'notFound' } | { readonly kind: 'lastAdmin' } | { readonly kind: 'stale' };

/** What entitles to a new password; compared inside the transaction that sets it. */
export type PasswordProof =
  | { readonly kind: 'current'; readonly encoded: string }
  | { readonly kind: 'code'; readonly codeHash: string }
  /** The command line: who has the files has the accounts. */
  | { readonly kind: 'none' };

export interface PasswordChange {
  readonly name: string;
  readonly encoded: string;
  readonly proof: PasswordProof;
}

/** Where the trail breaks, or how long it is and with what it ends. */
export type AuditProof =
  | { readonly ok: true; readonly rows: number; readonly headHash: string }
  | { readonly ok: false; readonly rows: number; readonly brokenAt: number; readonly reason: 'number' | 'link' | 'hash' };

/** The last row that was found right, to go on from. */
export interface ChainPoint {
  readonly n: number;
  readonly hash: string;
}

/** Of some rows on from a point: how far they are right, and what is wrong with the next one. */
export interface ChainSlice {
  readonly point: ChainPoint;
  readonly looked: number;
  readonly fault: 'number' | 'link' | 'hash' | null;
}

export interface PeopleRole extends WallRole {
  personCount(): Promise<number>;
  person(name: string): Promise<Person | null>;
  persons(): Promise<PersonDto[]>;
  addPerson(person: NewPerson, audit: AuditEntry): Promise<Result<PersonDto, PeopleFailure>>;
  /**
   * The first accounts, all or none, of different names. `setupClosed` when one exists already or the code is no longer kept; the code is spent in the
   * same transaction.
   */
  addFirstPersons(persons: readonly AuditedPerson[], codeHash: string): Promise<Result<readonly PersonDto[], PeopleFailure>>;
  /**
   * Also ends the person's oldest sessions above the limit, and all that are over. False, and nothing is done, when the person is disabled or the
   * password is no longer the one that was checked.
   */
  openSession(session: SessionRow, checked: string, audit: AuditEntry): Promise<boolean>;
  /** Disabling ends all sessions and the one-time code. */
  setDisabled(name: string, disabled: boolean, audit: AuditEntry): Promise<Result<PersonDto, StandingFailure>>;
  /** Narrows a person to areas, or to none in particular; holds from the next request on. */
  setAreas(name: string, areas: Areas, audit: AuditEntry): Promise<Result<PersonDto, StandingFailure>>;
  /** Ends all sessions, the lock and the one-time code of the account. */
  setPassword(change: PasswordChange, audit: AuditEntry): Promise<Result<PersonDto, StandingFailure>>;
  /** Takes the password away, ends all sessions, keeps `code` as the setting `resetSetting(name)`. */
  beginReset(name: string, code: string, audit: AuditEntry): Promise<Result<PersonDto, StandingFailure>>;
  /** Forgets the failures of an account at every address. */
  unlock(name: string, audit: AuditEntry): Promise<Result<PersonDto, StandingFailure>>;
  /** Null when unknown or when the person is disabled; whether it is over by time is the caller's to judge. */
  session(idHash: string): Promise<LiveSession | null>;
  touchSession(idHash: string, at: number): Promise<void>;
  closeSession(idHash: string, audit: AuditEntry): Promise<void>;
  token(idHash: string): Promise<TokenRow | null>;
  addToken(token: TokenRow, audit: AuditEntry): Promise<Result<null, PeopleFailure>>;
  /** Those whose end is after `now`, newest first. */
  tokens(now: number): Promise<TokenRow[]>;
  /** False, and nothing is audited, when there is no such token. */
  removeToken(idHash: string, audit: AuditEntry): Promise<boolean>;
  failures(subjects: readonly string[]): Promise<FailureRow[]>;
  setFailures(rows: readonly FailureRow[]): Promise<void>;
  clearFailures(subjects: readonly string[]): Promise<void>;
  setting(name: string): Promise<string | null>;
  /** Null deletes. */
  setSetting(name: string, value: string | null): Promise<void>;
  appendAudit(entry: AuditEntry): Promise<void>;
  /** A question that few rows fit looks at `auditScanMax` rows at a time: its page may be empty and have a cursor. */
  audit(ask: AuditAsk): Promise<PageResult<AuditDto>>;
  /** Appends unless the actor has `limit` rows of this action since `since` already: a quota that cannot be raced. */
  appendAuditWithin(entry: AuditEntry, quota: AuditQuota): Promise<boolean>;
  verifyAudit(): Promise<AuditProof>;
  /** As `verifyAudit`, at most `limit` rows on from a point, for callers that must not stand in the way. */
  verifySlice(from: ChainPoint, limit: number): Promise<ChainSlice>;
}

/** The trail as evidence packs ask for it, beside its writer. */
export interface TrailRole {
  /**
   * Rows from this time on, oldest first, of the latest `limit`; `more`: older ones of that time were not looked at. `proof`: of all rows that were looked
   * at, whether their numbers have no hole and each hash follows from the one before; null: there is none.
   */
  since(
    from: number,
    limit: number,
  ): Promise<{
    readonly rows: readonly AuditDto[];
    readonly more: boolean;
    readonly proof: { readonly first: number; readonly last: number; readonly headHash: string; readonly intact: boolean } | null;
  }>;
}
