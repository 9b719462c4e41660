/** The door before links, for the page and the API alike: how often it is knocked at, by address and by link. */
import type { Clock, Logger } from '@cardwatch/kernel';
import type { LinkReader } from '../../shell/watch-key.ts';
import type { PeopleRole } from '../../store/people/roles.ts';
import { Seldom } from '../audit/seldom.ts';
import { linkAddressLimits, LinkRate, linkTokenLimits } from './link-rate.core.ts';

export const linkDoorLimits = {
  /** Rows of the trail in a minute, whoever knocks; each address makes one at most. */
  rowsPerMinute: 10,
  /** Characters of a link that tell it from others: the end of its signature. */
  keyChars: 64,
} as const;

export interface DoorParts {
  /** Proves links. */
  readonly links: LinkReader;
  readonly people: Pick<PeopleRole, 'appendAudit'>;
  readonly clock: Clock;
  readonly log: Logger;
}

export class LinkDoor {
  readonly links: LinkReader;
  /** Turned away since the start, by what was too often; for the metrics. */
  readonly refused = { address: 0, token: 0 };
  readonly #parts: DoorParts;
  readonly #addresses = new LinkRate(linkAddressLimits);
  readonly #tokens = new LinkRate(linkTokenLimits);
  readonly #seldom: Seldom;

  constructor(parts: DoorParts) {
    this.#parts = parts;
    this.links = parts.links;
    this.#seldom = new Seldom(parts.clock, linkDoorLimits.rowsPerMinute);
  }

  /** Null: come in. Otherwise seconds to wait, counted, and written down seldom: without the link. */
  knock({ ip, token }: { readonly ip: string; readonly token: string }): number | null {
    const nowMs = this.#parts.clock.mono();
    const ofAddress = this.#addresses.take(ip, nowMs);
    if (ofAddress !== null) return this.#refuse(ip, 'address', ofAddress);
    const ofToken = this.#tokens.take(token.slice(-linkDoorLimits.keyChars), nowMs);
    return ofToken === null ? null : this.#refuse(ip, 'token', ofToken);
  }

  #refuse(ip: string, by: keyof LinkDoor['refused'], waitS: number): number {
    const { people, clock, log } = this.#parts;
    this.refused[by]++;
    const held = this.#seldom.take(`${by} ${ip}`);
    if (held === undefined) return waitS;
    const detail = JSON.stringify({ by, ...(held === 0 ? {} : { heldBack: held }) });
    people
      .appendAudit({
        at: clock.now(),
        actor: '-',
        ip,
        action: 'watch.acknowledgeByLink',
        object: 'link',
        result: 'tooOften',
        detail,
      })
      .catch((error: unknown) => log.log('error', 'audit.failed', { error: String(error) }));
    return waitS;
  }
}
