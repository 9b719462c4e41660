/** One RS-485 line with CJ/T 188 and DL/T 645 meters (2400 8E1) and Modbus slaves (9600 8E1), in virtual time: attribution, cost of the dead, utilisation. */
import { allowedFor, costOfDead, pollFor, stations, virtualLine } from '../drivers/shared-line/virtual-line.ts';

const minute = 60_000;

export interface SharedLineFigures {
  /** Polls of a line with one dead, one late and one babbling slave, and how many values were another slave's. */
  readonly polls: number;
  readonly foreign: number;
  readonly retunes: number;
  /** Longer cycle of the living, percent. */
  readonly oneDeadPct: number;
  readonly eightDeadPct: number;
  /** Bytes on the wire, percent of the time of a healthy line. */
  readonly wirePct: number;
  /** Bytes, thinking times and gaps, percent of the time of a healthy line. */
  readonly ofAllowedPct: number;
}

export async function benchSharedLine(): Promise<SharedLineFigures> {
  const ill = stations({ cjt188: 4, dlt645: 2, modbus: 4 });
  const line = await virtualLine(ill);
  line.wire.strike('water-1', 'silent', undefined);
  line.wire.strike('water-2', 'lateReply', 700);
  line.wire.strike('shower-1', 'babble', undefined);
  const polled = await pollFor(ill, line, 60 * minute);
  await line.close();
  const one = await costOfDead(1);
  const eight = await costOfDead(8);
  const well = stations({ cjt188: 20, dlt645: 4, modbus: 8 });
  const healthy = await virtualLine(well);
  const steady = await pollFor(well, healthy, 30 * minute);
  const { byteMs, allowedMs } = allowedFor(well, healthy, steady.answered);
  await healthy.close();
  return {
    polls: polled.answered.reduce((sum, count) => sum + count, 0),
    foreign: polled.foreign + one.foreign + eight.foreign + steady.foreign,
    retunes: line.port.retunes,
    oneDeadPct: 100 * (one.withMs / one.withoutMs - 1),
    eightDeadPct: 100 * (eight.withMs / eight.withoutMs - 1),
    wirePct: (100 * byteMs) / steady.elapsedMs,
    ofAllowedPct: (100 * allowedMs) / steady.elapsedMs,
  };
}

if (import.meta.main) console.table(await benchSharedLine());
