/**
 * The balance chain of a card (domain.md 4.7): its records ordered by the card's own counter, never by time. Purchases and top-ups count separately; each
 * purse has its own chain. Counters of 16 bits wrap.
 */
import { purseDirection, type RecordKind } from '@cardwatch/contracts';
import { type EpochMs, epochMs, hourMs } from '@cardwatch/kernel';
import type { MoneyFact } from '../../world/world.core.ts';
import { cardsMax, partsMax, Remembered } from './window.core.ts';

/** Links that are kept of one chain. */
export const linksMax = 24;
/** A counter at the end of its range is followed by one at the beginning: within these outer tenths it has wrapped. */
const wrapZone = 0.1;

export interface Link {
  /** Goes on over wraps. */
  readonly counter: number;
  readonly deviceId: string;
  readonly generation: number;
  readonly recordNo: number;
  readonly amountFen: number;
  readonly balanceBeforeFen: number | null;
  readonly balanceAfterFen: number | null;
  readonly observedAt: EpochMs;
  readonly heardAt: EpochMs;
}

export interface Gap {
  readonly after: Link;
  readonly before: Link;
  /** Counters between them. */
  readonly missing: number;
  /** Since when something on either side of it had been heard; filling a part of it does not begin the rest anew. */
  readonly knownAt: EpochMs;
}

export interface Chain {
  readonly cardRef: string;
  readonly cardTail: string;
  readonly direction: 'purchase' | 'topUp';
  /** By counter, ascending. */
  readonly links: Link[];
}

export type Chains = Remembered<Chain>;
export const noChains = (): Chains => new Remembered<Chain>(cardsMax, { max: partsMax, of: ({ links }) => links.length });

/** What a record did to its chain. null: it has no counter, moves no purse, or was known. */
export type Linked =
  | { readonly kind: 'linked'; readonly chain: Chain }
  | { readonly kind: 'fork'; readonly chain: Chain; readonly pair: readonly [Link, Link] };

export function link(chains: Chains, fact: MoneyFact, modulus: number): Linked | null {
  const direction = directionOf(fact);
  if (direction === null || fact.cardCounter === null) return null;
  const { cardRef, cardTail, purseNo = 1 } = fact;
  const key = `${cardRef} ${purseNo} ${direction}`;
  const known = chains.get(key);
  const chain = known ?? { cardRef, cardTail, direction, links: [linkOf(fact, fact.cardCounter)] };
  chains.set(key, chain);
  if (known === undefined) {
    chains.grew(1);
    return { kind: 'linked', chain };
  }
  const before = chain.links.length;
  const linked = place(chain, linkOf(fact, unwrapped(fact.cardCounter, chain.links.at(-1), modulus)));
  chains.grew(chain.links.length - before);
  return linked;
}

function directionOf(fact: MoneyFact): Chain['direction'] | null {
  if (fact.grey || fact.mode?.startsWith('account') === true) return null;
  const direction = purseDirection(fact.kind as RecordKind);
  return direction === 0 ? null : direction < 0 ? 'purchase' : 'topUp';
}

function unwrapped(counter: number, last: Link | undefined, modulus: number): number {
  if (last === undefined) return counter;
  const turn = Math.floor(last.counter / modulus);
  const position = last.counter - turn * modulus;
  if (position > modulus * (1 - wrapZone) && counter < modulus * wrapZone) return (turn + 1) * modulus + counter;
  if (position < modulus * wrapZone && counter > modulus * (1 - wrapZone)) return (turn - 1) * modulus + counter;
  return turn * modulus + counter;
}

function place(chain: Chain, taken: Link): Linked | null {
  const { links } = chain;
  let at = links.length;
  while (at > 0 && (links[at - 1]?.counter ?? 0) > taken.counter) at--;
  const same = links[at - 1];
  if (same !== undefined && same.counter === taken.counter)
    return isSameRecord(same, taken) ? null : { kind: 'fork', chain, pair: [same, taken] };
  links.splice(at, 0, taken);
  if (links.length > linksMax) links.shift();
  return { kind: 'linked', chain };
}

/** The same key, or the same purchase that a terminal gave a new number when it was collected again. */
const isSameRecord = (a: Link, b: Link): boolean =>
  a.deviceId === b.deviceId &&
  ((a.generation === b.generation && a.recordNo === b.recordNo) ||
    (a.amountFen === b.amountFen && a.observedAt === b.observedAt && a.balanceAfterFen === b.balanceAfterFen));

function linkOf(fact: MoneyFact, counter: number): Link {
  const { deviceId, generation, recordNo, amountFen, balanceBeforeFen, balanceAfterFen, observedAt, ingestedAt } = fact;
  return {
    counter,
    deviceId,
    generation,
    recordNo,
    amountFen,
    balanceBeforeFen,
    balanceAfterFen,
    observedAt,
    heardAt: ingestedAt,
  };
}

/** Holes of a chain, oldest first. The chain begins where it was first seen: nothing is missing before. */
export function gapsOf({ links }: Chain): readonly Gap[] {
  const gaps: Gap[] = [];
  for (let at = 1; at < links.length; at++) {
    const [after, before] = [links[at - 1], links[at]];
    if (after === undefined || before === undefined || before.counter === after.counter + 1) continue;
    const knownAt = epochMs(Math.max(firstHeard(links.slice(0, at)), firstHeard(links.slice(at))));
    gaps.push({ after, before, missing: before.counter - after.counter - 1, knownAt });
  }
  return gaps;
}

const firstHeard = (links: readonly Link[]): number => Math.min(...links.map((one) => one.heardAt));

/** What the missing records did to the purse; null when a balance was not told. Negative: missing purchases. */
export const missingFen = ({ after, before }: Gap): number | null =>
  after.balanceAfterFen === null || before.balanceBeforeFen === null ? null : before.balanceBeforeFen - after.balanceAfterFen;

/** After so long a hole is left to the reconciliation of the day. */
export const gapShownMs = 72 * hourMs;
