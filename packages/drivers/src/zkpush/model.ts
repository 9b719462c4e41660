import { z } from 'zod';
import { CommonProfile } from '../profile.ts';

const method = z.enum(['face', 'card', 'finger', 'password', 'qr', 'remote', 'button', 'mixed', 'unknown']);
const code = z.string().regex(/^\d{1,5}$/);
const reason = z.string().min(1).max(64);

/** What one event code of an access terminal means. A code that is not listed is an `unknown` pass. */
export const ZkMeaning = z.discriminatedUnion('as', [
  z.strictObject({ as: z.literal('pass'), result: z.enum(['granted', 'denied', 'unknown']), reason: reason.optional() }),
  z.strictObject({
    as: z.literal('door'),
    point: z.enum(['lock', 'contact', 'exitButton', 'fireInput']),
    state: z.string().min(1).max(32),
  }),
  z.strictObject({ as: z.literal('alarm'), alarm: z.string().min(1).max(48), active: z.boolean() }),
  z.strictObject({ as: z.literal('audit'), action: z.string().min(1).max(48) }),
]);
export type ZkMeaning = z.infer<typeof ZkMeaning>;

/** Code tables are data of a model and a firmware: public lists contradict one another. */
export const ZkCodes = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/),
  version: z.int().min(1),
  /** Model and firmware on which the table was compared with the device; absent: never. */
  verifiedOn: z.string().max(120).optional(),
  /** Column `verify` or key `verifytype`. */
  methods: z.record(code, method),
  /** Column `status` or key `inoutstatus`. */
  directions: z.record(code, z.enum(['in', 'out', 'unknown'])),
  /** Key `event` of `rtlog`; empty for the attendance family. */
  events: z.record(code, ZkMeaning).default({}),
});
export type ZkCodes = z.infer<typeof ZkCodes>;

const versionText = z.string().regex(/^[0-9.]{1,16}$/);

/** A ZKTeco push terminal: time and attendance (2.x) or access control (3.x). */
export const ZkProfile = CommonProfile.extend({
  protocol: z.literal('zkpush'),
  family: z.enum(['attendance', 'access']),
  /** Zone of the device's clock, which its records do not tell. */
  timeZoneHours: z.int().min(-12).max(14).default(8),
  /** What a terminal is told in the handshake. Photos and templates are never asked for. */
  options: z
    .strictObject({
      /** Seconds between two `getrequest`. */
      delayS: z.int().min(3).max(300).default(10),
      errorDelayS: z.int().min(3).max(300).default(30),
      transTimes: z
        .string()
        .regex(/^\d\d:\d\d(;\d\d:\d\d){0,9}$/)
        .default('00:00;14:05'),
      transIntervalMin: z.int().min(0).max(1_440).default(1),
      serverVersion: versionText.default('2.4.1'),
      pushVersion: versionText.default('2.4.1'),
    })
    .prefault({}),
  doors: z.int().min(1).max(4).default(1),
  codes: ZkCodes,
});
export type ZkProfile = z.infer<typeof ZkProfile>;
