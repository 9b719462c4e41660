/** The profile of a CJ/T 188 meter model: the dialect it speaks, what is read, how its valve is driven. */
import { z } from 'zod';
import { MeterWire } from '../line/wire-profile.ts';
import { CommonProfile, PointMeaning } from '../profile.ts';

const periodMs = z.int().min(1_000).max(86_400_000);
const hexByteText = z
  .string()
  .regex(/^[0-9A-Fa-f]{2}$/)
  .transform((text) => Number.parseInt(text, 16));

/** What a reading is taken from. Volumes come in litres, whatever unit the meter counts in. */
export const Source = z.enum(['volume', 'settlementVolume', 'valve', 'batteryLow', 'vendorStatus']);
export type Source = z.infer<typeof Source>;

export const Cjt188Point = PointMeaning.extend({ read: z.strictObject({ from: Source }) });

const Valve = z.strictObject({
  /** 04 by the standard, 2A at some makers. */
  control: z.enum(['04', '2A']).default('04'),
  open: hexByteText.prefault('55'),
  close: hexByteText.prefault('99'),
  /** Time the motor may take, ms; the state is asked for until then. */
  motorMs: z.int().min(5_000).max(30_000).default(15_000),
});

const Watch = z.strictObject({
  /** Litres that may run through a closed valve before it is a leak: what the register rounds and the motor takes to close. */
  leakLitres: z.number().positive().default(20),
});

export const Cjt188Profile = CommonProfile.extend({
  protocol: z.literal('cjt188'),
  /** The 2018 edition has a security layer whose text is not public; plain frames are all there is. */
  securityMode: z.literal('plain').default('plain'),
  wire: MeterWire.prefault({}),
  /** T: 10 cold water, 11 hot water, 12 drinking water, 13 grey water. */
  type: z.enum(['10', '11', '12', '13']).transform((text) => Number.parseInt(text, 16)),
  preamble: z.int().min(0).max(4).default(3),
  /** Order of the two bytes of DI in requests; replies are taken in either. */
  diOrder: z.enum(['highFirst', 'lowFirst']).default('lowFirst'),
  /** Whether requests carry SER. */
  serial: z.boolean().default(true),
  /** How the label on the meter writes its address: as the standard does, high byte first, or as it goes over the wire. */
  addressOrder: z.enum(['highFirst', 'wire']).default('highFirst'),
  statusBitOrder: z.enum(['standard', 'mirrored']).default('standard'),
  clockOrder: z.enum(['lowFirst', 'highFirst']).default('lowFirst'),
  tasks: z.strictObject({ live: z.strictObject({ periodMs }) }),
  points: z.array(Cjt188Point).min(1).max(16),
  valve: Valve.optional(),
  watch: Watch.prefault({}),
}).superRefine((profile, context) => {
  const names = profile.points.map((point) => point.name);
  if (new Set(names).size < names.length) context.addIssue({ code: 'custom', path: ['points'], message: 'names a point twice' });
  if (profile.records !== undefined) context.addIssue({ code: 'custom', path: ['records'], message: 'a meter keeps no records' });
});
export type Cjt188Profile = z.infer<typeof Cjt188Profile>;
