import { z } from 'zod';

export const faultLimits = { active: 256, labels: 10_000, durationMs: 86_400_000, delayMs: 60_000, records: 10_000 } as const;

export const faultTypes = [
  'silent',
  'lateReply',
  'garbage',
  'wrongCrc',
  'wrongSlave',
  'echo',
  'reboot',
  'clockStep',
  'clockLost',
  'ringOverrun',
  'storeInit',
  'flood',
  'tamper',
  'supplyLow',
  'sellingOffline',
  'valveStuck',
  'leak',
] as const;
export type FaultType = (typeof faultTypes)[number];

/** What a controller shows in its status word while the fault lasts; its replies are sound. */
export const conditions = ['tamper', 'supplyLow', 'sellingOffline', 'valveStuck', 'leak'] as const satisfies readonly FaultType[];
export type Condition = (typeof conditions)[number];
export const isCondition = (type: FaultType): type is Condition => (conditions as readonly FaultType[]).includes(type);

/** Body of `POST /faults`. Without `durationMs` a lasting fault lasts until it is deleted; momentary ones happen once. */
export const FaultOrder = z
  .strictObject({
    deviceId: z.string().max(63).optional(),
    line: z.string().max(64).optional(),
    type: z.enum(faultTypes),
    durationMs: z.int().min(1).max(faultLimits.durationMs).optional(),
    /** lateReply: how late. */
    delayMs: z.int().min(1).max(faultLimits.delayMs).optional(),
    /** clockStep: device clock minus what it was. */
    deltaMs: z
      .int()
      .min(-10 * 365 * 86_400_000)
      .max(10 * 365 * 86_400_000)
      .optional(),
    /** ringOverrun: records written at once; without it one ring and ten more. */
    records: z.int().min(1).max(faultLimits.records).optional(),
  })
  .refine((order) => (order.deviceId === undefined) !== (order.line === undefined), 'name one of deviceId and line');
export type FaultOrder = z.infer<typeof FaultOrder>;

/** What a fault is recognised by at the other end. */
export const expectedOf: Readonly<Record<FaultType, string>> = {
  silent: 'offline/noReply',
  lateReply: 'degraded/slow',
  garbage: 'degraded/lossy',
  wrongCrc: 'degraded/lossy',
  wrongSlave: 'offline/noReply',
  echo: 'online',
  reboot: 'bootCounter',
  clockStep: 'degraded/clock',
  clockLost: 'degraded/clock',
  ringOverrun: 'gap/overwritten',
  storeInit: 'newGeneration',
  flood: 'busFault',
  tamper: 'alarm/tamper',
  supplyLow: 'alarm/supplyLow',
  sellingOffline: 'sellingOffline',
  valveStuck: 'alarm/valveStuck',
  leak: 'alarm/leak',
};

/** A labelled fault of the truth: records.md, Truth ledger of a simulator. Times in epoch milliseconds, wall clock. */
export const FaultLabel = z.strictObject({
  id: z.string().max(32),
  type: z.enum(faultTypes),
  start: z.int(),
  end: z.int().optional(),
  devices: z.array(z.string().max(63)).max(256),
  expected: z.string().max(64),
});
export type FaultLabel = z.infer<typeof FaultLabel>;
