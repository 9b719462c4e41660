/** The profile of a Dahua access terminal: what its numbers mean, and how its records are read. */
import { PassEvent } from '@cardwatch/contracts';
import { z } from 'zod';
import { CodeTable } from '../gate/code-table.core.ts';
import { CommonProfile, PointMeaning } from '../profile.ts';

const periodMs = z.int().min(1_000).max(86_400_000);

/** `state`: the last state that the stream told, by point of the door; `channel`: our own. */
const DahuaRead = z.discriminatedUnion('from', [
  z.strictObject({ from: z.literal('state'), field: z.enum(['contact', 'lock']) }),
  z.strictObject({ from: z.literal('channel'), field: z.enum(['signAgeS', 'duplicates', 'streams']) }),
]);
export type DahuaRead = z.infer<typeof DahuaRead>;

export const DahuaProfile = CommonProfile.extend({
  protocol: z.literal('dahua'),
  records: z.undefined().optional(),
  tasks: z.strictObject({ live: z.strictObject({ periodMs }), identity: z.strictObject({ periodMs }).optional() }),
  points: z.array(PointMeaning.extend({ read: DahuaRead })).max(32),
  /** Stream events other than passes: `Code/action`, or `Code/action/Status` where the data says one. */
  codeTable: CodeTable,
  /** Method of a record. One that is not listed is `unknown`. */
  methods: z.record(z.string().regex(/^\d{1,4}$/), PassEvent.shape.method),
  /** ErrorCode of a refused pass. One that is not listed gives `error-<n>`. */
  errors: z.record(z.string().regex(/^\d{1,6}$/), z.string().regex(/^[a-z][a-z0-9-]{0,47}$/)).default({}),
  /** CreateTime: seconds since 1970 in UTC, or local time counted as if it were UTC. */
  createTime: z.enum(['utc', 'local']).default('utc'),
  stream: z
    .strictObject({
      codes: z
        .array(z.string().regex(/^[A-Za-z0-9_]{1,40}$/))
        .min(1)
        .max(32)
        .default(['All']),
      heartbeatS: z.int().min(1).max(60).default(5),
      silentAfterMs: z.int().min(500).max(600_000).default(90_000),
      reconnectMs: z.int().min(10).max(60_000).default(1_000),
      healthyMs: z.int().min(1_000).max(3_600_000).default(120_000),
      pollMs: z.int().min(1_000).max(600_000).default(30_000),
    })
    .prefault({}),
  log: z
    .strictObject({
      name: z.string().max(48).default('AccessControlCardRec'),
      pageSize: z.int().min(1).max(1_000).default(100),
      firstHours: z.int().min(0).max(8_760).default(24),
      /** After a pass was told live, until its record is asked for: 1, 4 and 12 times this long. */
      settleMs: z.int().min(10).max(10_000).default(300),
      deadlineMs: z.int().min(500).max(60_000).default(15_000),
    })
    .prefault({}),
});
export type DahuaProfile = z.infer<typeof DahuaProfile>;
