/**
 * Alarms that devices told of and have not ended, as rows: told again after a start however old they are, so that what stands before it stands after it.
 * The rows follow `World.deviceAlarms`, which knows what counts of words that come late.
 */
import { epochMs } from '@cardwatch/kernel';
import { z } from 'zod';
import type { EventFact, World } from './world.core.ts';

/** Kind of the machine rows. */
export const keptToldKind = 'deviceAlarm';

export interface KeptToldRow {
  readonly kind: string;
  readonly key: string;
  readonly state: string;
  readonly dueAt: null;
}

/** Begin and last word of one alarm. */
const Kept = z.strictObject({
  agentId: z.string(),
  deviceId: z.string(),
  alarm: z.string(),
  detail: z.string(),
  since: z.number(),
  heardAt: z.number(),
  /** When the collector had each of them. */
  sinceIngested: z.number(),
  ingestedAt: z.number(),
});
type Kept = z.infer<typeof Kept>;

const keyOf = (deviceId: string, alarm: string): string => JSON.stringify([deviceId, alarm]);

export class KeptTold {
  readonly #kept = new Map<string, Kept>();
  /** Rows that this release cannot read: gone with the next change. */
  #unread: readonly string[] = [];

  /** Rows of a former life. */
  restore(rows: readonly { readonly kind: string; readonly key: string; readonly state: string }[]): void {
    for (const { key, state } of rows.filter(({ kind }) => kind === keptToldKind)) {
      const kept = Kept.safeParse(parsed(state));
      if (kept.success) this.#kept.set(key, kept.data);
      else this.#unread = [...this.#unread, key];
    }
  }

  /** What was ingested before `before`, oldest first: later facts are told by the store itself. */
  facts(before: number): readonly EventFact[] {
    return [...this.#kept.values()]
      .flatMap((kept) => [
        wordOf(kept, kept.since, kept.sinceIngested),
        ...(kept.heardAt === kept.since ? [] : [wordOf(kept, kept.heardAt, kept.ingestedAt)]),
      ])
      .filter(({ ingestedAt }) => ingestedAt < before)
      .toSorted((a, b) => a.observedAt - b.observedAt);
  }

  /** After the world took these: the rows that change. */
  took(
    events: readonly EventFact[],
    { deviceAlarms }: Pick<World, 'deviceAlarms'>,
  ): {
    readonly machines: readonly KeptToldRow[];
    readonly machinesGone: readonly { readonly kind: string; readonly key: string }[];
  } {
    const machines: KeptToldRow[] = [];
    const gone = this.#unread.map((key) => ({ kind: keptToldKind, key }));
    this.#unread = [];
    for (const { deviceId, type, line, agentId, observedAt, ingestedAt } of events) {
      const { alarm, detail } = line;
      if (type !== 'deviceAlarm' || deviceId === null || typeof alarm !== 'string') continue;
      const key = keyOf(deviceId, alarm);
      const since = deviceAlarms.get(deviceId)?.get(alarm);
      const before = this.#kept.get(key);
      if (since === undefined) {
        if (this.#kept.delete(key)) gone.push({ kind: keptToldKind, key });
        continue;
      }
      if (line['active'] !== true || (before?.since === since && observedAt <= before.heardAt)) continue;
      const text = typeof detail === 'string' ? detail : '';
      const sinceIngested = before?.since === since ? before.sinceIngested : ingestedAt;
      const kept = { agentId, deviceId, alarm, detail: text, since, heardAt: observedAt, sinceIngested, ingestedAt };
      this.#kept.set(key, kept);
      machines.push({ kind: keptToldKind, key, state: JSON.stringify(kept), dueAt: null });
    }
    return { machines, machinesGone: gone };
  }

  /** Rows of devices that there are no more. */
  without(devices: Pick<World['devices'], 'has'>): readonly { readonly kind: string; readonly key: string }[] {
    const gone = [...this.#kept].filter(([, { deviceId }]) => !devices.has(deviceId)).map(([key]) => key);
    for (const key of gone) this.#kept.delete(key);
    return gone.map((key) => ({ kind: keptToldKind, key }));
  }
}

const wordOf = ({ agentId, deviceId, alarm, detail }: Kept, observedAt: number, ingestedAt: number): EventFact => ({
  type: 'deviceAlarm',
  agentId,
  deviceId,
  observedAt: epochMs(observedAt),
  ingestedAt: epochMs(ingestedAt),
  line: { type: 'deviceAlarm', deviceId, alarm, active: true, ...(detail === '' ? {} : { detail }) },
});

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
