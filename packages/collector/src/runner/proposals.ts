/** Every ten minutes: what switches tell of their ports, as proposals that a person confirms or rejects. Nothing is drawn by itself. */
import type { TopologyNode, TopologySuggestion } from '@cardwatch/contracts/watch';
import { type EpochMs, minuteMs } from '@cardwatch/kernel';
import { identitiesOf, suggest, waysOf } from '../core/cause/suggest.core.ts';
import type { World } from '../core/world/world.core.ts';
import type { WatchStore } from '../store/watch/roles.ts';

export const proposalTimes = { everyMs: 10 * minuteMs, pageRows: 500 } as const;

export interface ProposalParts {
  readonly store: Pick<WatchStore, 'suggestions'>;
  readonly world: Pick<World, 'devices' | 'points'>;
  /** Hex of the UTF-8 text. */
  readonly sha256: (text: string) => string;
  /** Milliseconds that never step back. */
  readonly mono: () => number;
}

export class Proposals {
  readonly #parts: ProposalParts;
  #lookedMs: number;

  constructor(parts: ProposalParts) {
    this.#parts = parts;
    this.#lookedMs = parts.mono();
  }

  /** The rows belong into the commit of this look; most looks have none. */
  async look(topology: readonly TopologyNode[], now: EpochMs): Promise<readonly TopologySuggestion[]> {
    const { mono, world, sha256 } = this.#parts;
    if (mono() - this.#lookedMs < proposalTimes.everyMs) return [];
    this.#lookedMs = mono();
    const ways = waysOf(world, identitiesOf(world.points, world.devices.keys()));
    if (ways.length === 0) return [];
    return suggest({ ways, topology, known: await this.#known(), idOf: (key) => uuidOf(sha256(key)) }, now);
  }

  async #known(): Promise<readonly TopologySuggestion[]> {
    const known: TopologySuggestion[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.#parts.store.suggestions({ cursor, limit: proposalTimes.pageRows });
      if (!page.ok) return known;
      known.push(...page.value.items);
      cursor = page.value.nextCursor ?? undefined;
    } while (cursor !== undefined);
    return known;
  }
}

/** UUID version 8 (RFC 9562 5.8) of a hash: the same proposal has the same id in every life. */
const uuidOf = (hex: string): string =>
  `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
