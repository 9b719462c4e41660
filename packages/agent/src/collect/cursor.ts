import { z } from 'zod';

export const cursorLimits = { gapsPerDevice: 64, devices: 4_000, operations: 256 } as const;

const count32 = z.int().min(0).max(0xffffffff);

/** Numbers of one life of a terminal's counter that were never collected. */
export const OpenGap = z.strictObject({
  generation: z.int().min(1),
  from: count32,
  to: count32,
  cause: z.enum(['overwritten', 'skipped', 'unreadable', 'generationEnded']),
  estimateFen: z.int().optional(),
  /** When it was found, agent clock. */
  foundAt: z.int().min(0),
  /** Its event stands in the journal. */
  announced: z.boolean(),
  /** The agent has asked the terminal for it once by itself. */
  asked: z.boolean(),
});
export type OpenGap = Readonly<z.infer<typeof OpenGap>>;

/** Totals of the terminal at a moment when all its records were collected, and what was collected since. */
const Totals = z.strictObject({ records: count32, fen: z.int(), sinceRecords: z.int(), sinceFen: z.int(), certain: z.boolean() });

/** How far one terminal is collected. Written before the terminal is told so. */
export const DeviceCursor = z.strictObject({
  generation: z.int().min(1),
  /** Highest number taken over in this generation; undefined: nothing yet, the first number that is offered is the start. */
  lastRecordNo: count32.optional(),
  /** Highest number that the terminal was seen to hold. */
  newestSeen: count32.optional(),
  storeLife: count32.optional(),
  totalRecords: count32.optional(),
  overwritten: count32.optional(),
  totals: Totals.optional(),
  /** First number that was ever offered in this generation; what is below it was never asked for. */
  firstNo: count32.optional(),
  /** Device time of the highest number, of a device that tells its numbers as they come. */
  newestAt: z.int().optional(),
  gaps: z.array(OpenGap).max(cursorLimits.gapsPerDevice).readonly(),
});
export type DeviceCursor = Readonly<z.infer<typeof DeviceCursor>>;

export const CursorDocument = z.strictObject({
  v: z.literal(1),
  devices: z.record(z.string(), DeviceCursor),
  /** Serial number that each device was recognised by. */
  identities: z.record(z.string(), z.string().max(64)).optional(),
  /** Operations that were begun, with their expiry: none of them is ever begun again. */
  operations: z.record(z.string(), z.int()).optional(),
});
export type CursorDocument = Readonly<z.infer<typeof CursorDocument>>;

export const emptyCursors: CursorDocument = { v: 1, devices: {} };
