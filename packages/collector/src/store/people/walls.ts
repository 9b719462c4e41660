/** Links of wall screens and the screens that they opened. A link that is taken back takes its screens with it. */
import type { Areas } from '@cardwatch/contracts/api';
import type { Result } from '@cardwatch/kernel';
import type { AuditEntry } from './roles.ts';

export const wallLimits = { links: 100, screensPerLink: 16 } as const;

export interface WallLinkRow {
  readonly idHash: string;
  readonly label: string;
  readonly areas: Areas;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly expiresAt: number;
}

export interface WallSessionRow {
  readonly idHash: string;
  readonly link: WallLinkRow;
  readonly lastUsedAt: number;
}

export interface WallLinkUse extends WallLinkRow {
  readonly screens: number;
  readonly lastUsedAt: number | null;
}

export interface WallRole {
  /** Links that are over are forgotten with the next one that is made. */
  addWallLink(link: WallLinkRow, audit: AuditEntry): Promise<Result<null, { readonly kind: 'full' }>>;
  wallLink(idHash: string): Promise<WallLinkRow | null>;
  /** Those that hold at this time, newest first. */
  wallLinks(now: number): Promise<WallLinkUse[]>;
  /** `linkId`: the first digits of its hash. False: there is none that begins so. */
  removeWallLink(linkId: string, audit: AuditEntry): Promise<boolean>;
  /** The longest unused screen of the link makes room. False: the link is gone. */
  openWallSession(
    session: { readonly idHash: string; readonly linkHash: string; readonly at: number },
    audit: AuditEntry,
  ): Promise<boolean>;
  /** Whether it is over by time is the caller's to judge. */
  wallSession(idHash: string): Promise<WallSessionRow | null>;
  touchWallSession(idHash: string, at: number): Promise<void>;
}
