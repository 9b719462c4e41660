import { z } from 'zod';
import { CommonProfile } from '../profile.ts';

const periodMs = z.int().min(1_000).max(3_600_000);

/** A door device that speaks ONVIF Profile C, or as much of it as it has. */
export const OnvifProfile = CommonProfile.extend({
  protocol: z.literal('onvif'),
  tasks: z.strictObject({ live: z.strictObject({ periodMs: periodMs.default(30_000) }).prefault({}) }).prefault({}),
  /** How events are fetched. */
  pullPoint: z
    .strictObject({
      /** Asked for; what counts is what the device grants. */
      leaseS: z.int().min(20).max(600).default(60),
      waitS: z.int().min(1).max(60).default(20),
      messages: z.int().min(1).max(100).default(50),
    })
    .prefault({}),
  /** The topics are those of the standard; what a model means by its reasons stands here. */
  codes: z.strictObject({
    name: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/),
    version: z.int().min(1),
    /** Model and firmware on which the table was compared with the device; absent: never. */
    verifiedOn: z.string().max(120).optional(),
    reasons: z.record(z.string().regex(/^[A-Za-z]{1,40}$/), z.string().regex(/^[a-z][a-z-]{0,47}$/)),
  }),
});
export type OnvifProfile = z.infer<typeof OnvifProfile>;
