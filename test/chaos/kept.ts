/** What an agent had taken over from its terminals before its power was cut is in its journal afterwards, or booked already. */
import { DatabaseSync } from 'node:sqlite';
import { realDisk } from '@cardwatch/agent/disk';
import { exportJournal } from '@cardwatch/agent/journal';
import { z } from 'zod';
import type { Checked } from './witness.ts';

const Status = z.object({
  uplink: z.object({ phase: z.string() }),
  devices: z.array(z.object({ deviceId: z.string(), generation: z.number().optional(), lastRecordNo: z.number().optional() })),
});
/** A payment record, or what a gate numbers: a pass, a door, an alarm. */
const Line = z.union([
  z.object({ deviceId: z.string(), generation: z.number(), recordNo: z.number() }),
  z
    .object({ deviceId: z.string(), generation: z.number().default(1), eventNo: z.number() })
    .transform(({ deviceId, generation, eventNo }) => ({ deviceId, generation, recordNo: eventNo })),
]);

/** The newest record of a terminal that its agent says is kept. */
interface Claim {
  readonly deviceId: string;
  readonly generation: number;
  readonly recordNo: number;
}

const askMs = 2_000;

/** Undefined while it does not answer. */
async function ask(statusPort: number): Promise<z.infer<typeof Status> | undefined> {
  try {
    const response = await fetch(`http://127.0.0.1:${statusPort}/status.json`, { signal: AbortSignal.timeout(askMs) });
    return Status.parse(await response.json());
  } catch {
    return undefined;
  }
}

export const isOnline = async (statusPort: number): Promise<boolean> => (await ask(statusPort))?.uplink.phase === 'online';

/** What the running agent claims; nothing while it does not answer. */
export async function claimsOf(statusPort: number): Promise<readonly Claim[]> {
  const status = await ask(statusPort);
  return (status?.devices ?? []).flatMap(({ deviceId, generation, lastRecordNo = 0 }) =>
    generation === undefined || lastRecordNo === 0 ? [] : [{ deviceId, generation, recordNo: lastRecordNo }],
  );
}

const keyOf = ({ deviceId, generation, recordNo }: Claim): string => `${deviceId}#${generation}#${recordNo}`;

/** Over the folder of an agent that is not running. */
export async function stillKept(claims: readonly Claim[], agentFolder: string, database: string): Promise<Checked> {
  const wanted = new Map(claims.map((claim) => [keyOf(claim), claim]));
  for (const stream of ['money', 'event'] as const)
    for await (const { line } of exportJournal(realDisk(`${agentFolder}/journal`), stream)) {
      const parsed = Line.safeParse(JSON.parse(Buffer.from(line).toString('utf8')));
      if (parsed.success) wanted.delete(keyOf(parsed.data));
      if (wanted.size === 0) break;
    }
  const lost = wanted.size === 0 ? [] : notBooked([...wanted.values()], database);
  return { checked: claims.length, problems: lost.map((claim) => `${keyOf(claim)} was taken over and is gone`) };
}

function notBooked(claims: readonly Claim[], database: string): readonly Claim[] {
  const db = new DatabaseSync(database, { readOnly: true });
  try {
    const selects = [
      db.prepare('SELECT 1 FROM record WHERE device_id = ? AND generation = ? AND record_no = ?'),
      db.prepare('SELECT 1 FROM event WHERE device_id = ? AND generation = ? AND event_no = ?'),
    ];
    return claims.filter(({ deviceId, generation, recordNo }) =>
      selects.every((select) => select.get(deviceId, generation, recordNo) === undefined),
    );
  } finally {
    db.close();
  }
}
