import { createHash } from 'node:crypto';
import type { RegisterDto, RegisterPreviewDto, TopologyDto } from '@cardwatch/contracts/api';
import { err, ok, type Result } from '@cardwatch/kernel';
import { order } from '../act.ts';
import type { Caller } from '../caller.ts';
import type { ServiceFailure } from '../failure.ts';
import { csvLine } from '../record/csv.core.ts';
import type { Watched } from '../watch-desk.ts';
import { readCsv } from './csv.core.ts';
import { showTopology } from './list.ts';
import { readRegister, type Register, registerHead, registerRows } from './register.core.ts';

export async function exportRegister({ watch }: Watched): Promise<Result<RegisterDto, ServiceFailure>> {
  const { topology, bindings } = await watch.settings();
  const rows = registerRows({ nodes: topology, bindings });
  return ok({ csv: [[...registerHead], ...rows].map((row) => `${csvLine(row)}\n`).join(''), devices: rows.length });
}

/** Everything that is wrong with it, line by line, and what it would change; changes nothing. */
export async function previewRegister({ watch }: Watched, csv: string): Promise<Result<RegisterPreviewDto, ServiceFailure>> {
  const read = readAll(csv);
  if (!read.ok) return read;
  const { register, faults } = read.value;
  const { topology, bindings } = await watch.settings();
  const before = linesById({ nodes: topology, bindings });
  const after = linesById(register);
  const added = [...after.keys()].filter((id) => !before.has(id)).length;
  const same = [...after].filter(([id, line]) => before.get(id) === line).length;
  const rows = after.size;
  return ok({ digest: digestOf(csv), rows, added, same, changed: rows - added - same, faults: [...faults] });
}

const linesById = (register: Register): Map<string, string> =>
  new Map(registerRows(register).map((row) => [row[0] ?? '', csvLine(row)]));

const digestOf = (csv: string): string => createHash('sha256').update(csv, 'utf8').digest('hex');

type Read = ReturnType<typeof readRegister>;

function readAll(csv: string): Result<Read, ServiceFailure> {
  const rows = readCsv(csv);
  return rows === undefined ? err({ kind: 'invalid', place: 'body.csv', expected: 'CSV (RFC 4180)' }) : ok(readRegister(rows));
}

export interface ApplyAsk {
  readonly csv: string;
  readonly digest: string;
  readonly reason: string;
  readonly idempotencyKey: string;
}

/** All lines or none. */
export async function applyRegister(
  services: Watched,
  caller: Caller,
  { csv, digest, reason, idempotencyKey }: ApplyAsk,
): Promise<Result<TopologyDto, ServiceFailure>> {
  if (digest !== digestOf(csv)) return err({ kind: 'changedMeanwhile' });
  const read = readAll(csv);
  if (!read.ok) return read;
  const { register, faults } = read.value;
  const [fault] = faults;
  if (fault !== undefined)
    return err({ kind: 'invalid', place: `line ${fault.line}: ${fault.place}`, value: fault.value, expected: fault.expected });
  const act = { kind: 'applyRegister', ...register, reason } as const;
  const detail = { devices: register.nodes.length, digest, reason };
  const done = await order(services, caller, { act, idempotencyKey, object: 'register', detail });
  return done.ok ? showTopology(services) : done;
}
