/** Supposed causes, building by building: one is counted anew when one of its devices came to stand alone or does no more. */
import type { EpochMs } from '@cardwatch/kernel';
import { type Building, probableIn, type ProbableParams, type ProbableUpstream } from './building.core.ts';
import { buildingNode } from './graph.core.ts';

/** The supposed cause of a device, and since when. */
export interface Supposed {
  readonly root: string;
  readonly since: EpochMs;
}

export class Buildings {
  readonly #buildings: readonly Building[];
  readonly #indexOf: ReadonlyMap<string, number>;
  /** Found before the first count: what is in the band goes on. */
  #burning: ReadonlySet<string>;
  /** By building. */
  readonly #alone: readonly Map<string, EpochMs>[];
  readonly #changed = new Set<number>();
  readonly #found: (ProbableUpstream | undefined)[];
  readonly #dark = new Map<string, Supposed>();
  #list: readonly ProbableUpstream[] = [];
  /** Whether the list says what was found. */
  #listed = true;

  constructor(buildings: readonly Building[], burning: ReadonlySet<string>) {
    this.#buildings = buildings;
    this.#indexOf = new Map(buildings.flatMap(({ devices }, index) => devices.map((id) => [id, index])));
    this.#burning = burning;
    this.#alone = buildings.map(() => new Map());
    this.#found = buildings.map(() => undefined);
  }

  get found(): readonly ProbableUpstream[] {
    return this.#list;
  }

  /** Something is to be counted. */
  get isDue(): boolean {
    return this.#changed.size > 0;
  }

  explains(nodeId: string): Supposed | undefined {
    return this.#dark.get(nodeId);
  }

  /** Down or unknown since then, and explained by nothing that is modelled; null: no more. */
  stands(nodeId: string, since: EpochMs | null): void {
    const index = this.#indexOf.get(nodeId);
    const alone = this.#alone[index ?? -1];
    if (index === undefined || alone === undefined || (alone.get(nodeId) ?? null) === since) return;
    if (since === null) alone.delete(nodeId);
    else alone.set(nodeId, since);
    this.#changed.add(index);
  }

  /** Other parameters: every building where something stands alone is counted anew. */
  countAll(): void {
    for (const index of this.#buildings.keys()) this.#changed.add(index);
  }

  /** Devices whose supposed cause may be another one now. */
  settle(params: ProbableParams): ReadonlySet<string> {
    const moved = new Set<string>();
    for (const index of this.#changed) this.#count(index, params, moved);
    this.#changed.clear();
    this.#burning = nothing;
    if (!this.#listed) this.#list = this.#found.filter((each) => each !== undefined);
    this.#listed = true;
    return moved;
  }

  #count(index: number, params: ProbableParams, moved: Set<string>): void {
    const building = this.#buildings[index];
    const alone = this.#alone[index];
    if (building === undefined || alone === undefined) return;
    const before = this.#found[index];
    const counted = probableIn(building, alone, params) ?? undefined;
    const goes = counted?.grade === 'breach' || before !== undefined || this.#burning.has(building.id);
    const after = goes ? counted : undefined;
    if (sameProbable(before, after)) return;
    this.#found[index] = after;
    this.#listed = false;
    const supposed = after === undefined ? undefined : { root: buildingNode(building.id), since: after.since };
    // where the same cause goes on, it is another one for those alone that came to it or left it
    const stay = before?.since === after?.since ? new Set(before?.devices) : nothing;
    for (const id of after?.devices ?? []) if (supposed !== undefined && !stay.has(id)) this.#suppose(id, supposed, moved);
    const now = new Set(after?.devices);
    for (const id of before?.devices ?? []) if (!now.has(id)) this.#suppose(id, undefined, moved);
  }

  #suppose(nodeId: string, supposed: Supposed | undefined, moved: Set<string>): void {
    if (supposed === undefined) this.#dark.delete(nodeId);
    else this.#dark.set(nodeId, supposed);
    moved.add(nodeId);
  }
}

const nothing: ReadonlySet<string> = new Set();

const sameProbable = (one: ProbableUpstream | undefined, other: ProbableUpstream | undefined): boolean =>
  one === other ||
  (one !== undefined &&
    other !== undefined &&
    one.grade === other.grade &&
    one.since === other.since &&
    one.devices.length === other.devices.length &&
    one.devices.every((id, at) => id === other.devices[at]));
