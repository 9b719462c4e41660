/** The profile of an ISAPI terminal: its code table, its points, and how its log is read. */
import { z } from 'zod';
import { CodeTable } from '../gate/code-table.core.ts';
import { CommonProfile, PointMeaning } from '../profile.ts';

const periodMs = z.int().min(1_000).max(86_400_000);

/** Where a value stands. `work`: a field of AcsWorkStatus, by index where it is a list; `status`: of System/status; `channel`: our own. */
const IsapiRead = z.discriminatedUnion('from', [
  z.strictObject({ from: z.literal('work'), field: z.string().max(48), index: z.int().min(0).max(31).optional() }),
  z.strictObject({ from: z.literal('status'), field: z.enum(['uptimeSec', 'cpu', 'memUsed', 'memAvail']) }),
  z.strictObject({ from: z.literal('log'), field: z.enum(['events', 'fillPct']) }),
  z.strictObject({ from: z.literal('channel'), field: z.enum(['signAgeS', 'duplicates', 'streams']) }),
]);
export type IsapiRead = z.infer<typeof IsapiRead>;

export const IsapiProfile = CommonProfile.extend({
  protocol: z.literal('isapi'),
  records: z.undefined().optional(),
  tasks: z.strictObject({
    live: z.strictObject({ periodMs }),
    identity: z.strictObject({ periodMs }).optional(),
  }),
  points: z.array(PointMeaning.extend({ read: IsapiRead })).max(64),
  /** Codes are `major/minor` in decimal: the same minor means other things under another major. */
  codeTable: CodeTable,
  stream: z
    .strictObject({
      path: z.string().max(128).default('/ISAPI/Event/notification/alertStream'),
      silentAfterMs: z.int().min(500).max(600_000).default(90_000),
      reconnectMs: z.int().min(10).max(60_000).default(1_000),
      healthyMs: z.int().min(1_000).max(3_600_000).default(120_000),
      pollMs: z.int().min(1_000).max(600_000).default(30_000),
    })
    .prefault({}),
  log: z
    .strictObject({
      /** `serial`: the firmware knows beginSerialNo; `time`: only times; `none`: no AcsEvent. */
      by: z.enum(['serial', 'time', 'none']).default('time'),
      pageSize: z.int().min(1).max(1_000).default(30),
      /** How far back a first contact reads. */
      firstHours: z.int().min(0).max(8_760).default(24),
      /** Events the terminal keeps; the oldest are overwritten. */
      capacity: z.int().min(100).max(10_000_000).optional(),
      deadlineMs: z.int().min(500).max(60_000).default(15_000),
    })
    .prefault({}),
});
export type IsapiProfile = z.infer<typeof IsapiProfile>;
