/** A case of a device model: a hex exchange and what the driver must make of it. Stands as YAML beside the profile. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fromHex } from '@cardwatch/kernel';
import { parse } from 'yaml';
import { z } from 'zod';

const raw = z.union([z.number(), z.string(), z.boolean(), z.null()]);
const hex = z.string().transform((text, context) => {
  const bytes = fromHex(text);
  if (bytes === undefined) context.addIssue({ code: 'custom', message: 'not hex' });
  return bytes ?? new Uint8Array();
});

const Expected = z.strictObject({
  /** The whole task fails with this kind. */
  failure: z.string().optional(),
  /** Every reading, no more and no less; null: the device has no value. */
  readings: z.record(z.string(), raw).default({}),
  records: z
    .array(
      z.strictObject({
        recordNo: z.int(),
        check: z.enum(['ok', 'bad', 'absent']),
        fields: z.record(z.string(), raw).nullable(),
        problem: z.string().optional(),
      }),
    )
    .optional(),
  /** Shorter than `records` where the fields are not the point. */
  recordNos: z.array(z.int()).optional(),
  checks: z.array(z.enum(['ok', 'bad', 'absent'])).optional(),
  overwritten: z.array(z.tuple([z.int(), z.int()])).optional(),
  facts: z.record(z.string(), z.unknown()).default({}),
  failures: z
    .array(z.strictObject({ kind: z.string(), deviceCode: z.int().optional(), points: z.array(z.string()) }))
    .default([]),
  more: z.boolean().default(false),
  events: z.array(z.strictObject({ alarm: z.string(), active: z.boolean() })).default([]),
  /** `ok` or the kind of failure. */
  confirm: z.string().optional(),
  counters: z.record(z.string(), z.int()).default({}),
});
export type Expected = z.infer<typeof Expected>;

export const Case = z.strictObject({
  title: z.string(),
  /** As the driver's connection schema takes it; host and port are the runner's. */
  connection: z.looseObject({ kind: z.enum(['rtuOverTcp', 'modbusTcp']) }),
  task: z.enum(['live', 'identity', 'records', 'events']).optional(),
  recollect: z.strictObject({ from: z.int(), to: z.int() }).optional(),
  confirm: z.boolean().default(false),
  /** In this order, to the byte, and no other. An empty reply is silence. */
  exchanges: z.array(z.strictObject({ send: hex, reply: hex })).min(1),
  expect: Expected,
});
export type Case = z.infer<typeof Case>;

export interface NamedCase {
  readonly name: string;
  readonly case: Case;
}

export function loadCases(folder: string): readonly NamedCase[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .map((file) => ({ name: file, case: Case.parse(parse(readFileSync(join(folder, file), 'utf8'))) }));
}

/** Folders `<protocol>/<vendor>/<model>` under the profile root that hold a profile. */
export function profileNames(root: string): readonly string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => /^[^/]+\/[^/]+\/[^/]+\/profile\.yaml$/.test(path) && !path.includes('node_modules'))
    .map((path) => path.slice(0, -'/profile.yaml'.length))
    .sort();
}
