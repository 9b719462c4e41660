/** The profile of a DL/T 645 meter model: which identifiers are read and what stands in them. */
import { z } from 'zod';
import { MeterWire } from '../line/wire-profile.ts';
import { CommonProfile, PointMeaning } from '../profile.ts';

const periodMs = z.int().min(1_000).max(86_400_000);

const Read = z.strictObject({
  /** DI3 DI2 DI1 DI0 as the standard prints them, e.g. 00010000 forward active energy. */
  di: z
    .string()
    .regex(/^[0-9A-Fa-f]{8}$/)
    .transform((text) => Number.parseInt(text, 16)),
  /** Offset in the data behind the identifier; more than one point may stand in a block. */
  at: z.int().min(0).max(2_000).default(0),
  /** Length of the BCD value. More than 7 would not be exact. */
  bytes: z.int().min(1).max(7),
  signed: z.boolean().default(false),
});

export const Dlt645Profile = CommonProfile.extend({
  protocol: z.literal('dlt645'),
  wire: MeterWire.prefault({}),
  preamble: z.int().min(0).max(4).default(4),
  tasks: z.strictObject({ live: z.strictObject({ periodMs }) }),
  points: z
    .array(PointMeaning.extend({ read: Read }))
    .min(1)
    .max(64),
}).superRefine((profile, context) => {
  const names = profile.points.map((point) => point.name);
  if (new Set(names).size < names.length) context.addIssue({ code: 'custom', path: ['points'], message: 'names a point twice' });
  if (profile.records !== undefined) context.addIssue({ code: 'custom', path: ['records'], message: 'a meter keeps no records' });
});
export type Dlt645Profile = z.infer<typeof Dlt645Profile>;
