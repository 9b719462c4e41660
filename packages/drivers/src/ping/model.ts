/** The profile of a host that is only asked whether it is there: by echo, and by a connection where it serves one. */
import { z } from 'zod';
import { CommonProfile, PointMeaning } from '../profile.ts';

export const measures = ['loss', 'min', 'median', 'p95', 'max', 'jitter', 'tcp', 'tcpMs'] as const;
export type Measure = (typeof measures)[number];

export const PingPoint = PointMeaning.extend({ measure: z.enum(measures) });

export const PingProfile = CommonProfile.extend({
  protocol: z.literal('ping'),
  tasks: z.strictObject({
    burst: z.strictObject({
      periodMs: z.int().min(5_000).max(3_600_000),
      /** Echoes that count. One more is sent before them: the first answer after silence waits for ARP. */
      count: z.int().min(1).max(100),
      /** Between two echoes to one host. */
      gapMs: z.int().min(20).max(5_000).default(200),
      waitMs: z.int().min(100).max(10_000).default(1_500),
    }),
  }),
  points: z.array(PingPoint).min(1).max(measures.length),
}).superRefine((profile, context) => {
  const names = profile.points.map((point) => point.name);
  if (new Set(names).size < names.length) context.addIssue({ code: 'custom', path: ['points'], message: 'names a point twice' });
  const { count, gapMs, waitMs } = profile.tasks.burst;
  if ((count + 1) * gapMs + waitMs > 45_000)
    context.addIssue({ code: 'custom', path: ['tasks', 'burst'], message: 'lasts longer than 45 s' });
});
export type PingProfile = z.infer<typeof PingProfile>;
export type BurstPlan = PingProfile['tasks']['burst'];
