import { dayMs } from '@cardwatch/kernel';
import { z } from 'zod';

export const setupLimits = { codeMs: dayMs, attempts: 10 } as const;

/** Name of the setting; its value is a `KeptCode` as JSON. */
export const setupSetting = 'setup.code';

export const KeptCode = z.strictObject({ hash: z.string(), expiresAt: z.int(), attemptsLeft: z.int() });
export type KeptCode = z.infer<typeof KeptCode>;

export function readKept(value: string | null): KeptCode | undefined {
  if (value === null) return undefined;
  const parsed = KeptCode.safeParse(JSON.parse(value));
  return parsed.success ? parsed.data : undefined;
}
