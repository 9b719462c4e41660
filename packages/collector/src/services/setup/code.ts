import { dayMs } from '@cardwatch/kernel';
import { z } from 'zod';
import { hashSecret, newGroupedCode, normalCode, sameText } from '../secret.ts';
import type { Services } from '../services.ts';

export const setupLimits = { codeMs: dayMs, attempts: 10 } as const;

/** Name of the setting; its value is a `KeptCode` as JSON. */
export const setupSetting = 'setup.code';

export const KeptCode = z.strictObject({ hash: z.string(), expiresAt: z.int(), attemptsLeft: z.int() });
export type KeptCode = z.infer<typeof KeptCode>;

/** A new one-time code and what is kept of it. */
export function newCode(now: number): { readonly code: string; readonly kept: KeptCode } {
  const code = newGroupedCode();
  const hash = hashSecret(normalCode(code));
  return { code, kept: { hash, expiresAt: now + setupLimits.codeMs, attemptsLeft: setupLimits.attempts } };
}

/** Whether `codeHash` is of the code under `setting`. Every try uses one of its attempts, whoever makes it. */
export async function spendAttempt(
  { people, clock }: Pick<Services, 'people' | 'clock'>,
  setting: string,
  codeHash: string,
): Promise<boolean> {
  const kept = readKept(await people.setting(setting));
  if (kept === undefined || kept.attemptsLeft <= 0 || clock.now() >= kept.expiresAt) return false;
  await people.setSetting(setting, JSON.stringify({ ...kept, attemptsLeft: kept.attemptsLeft - 1 }));
  return sameText(kept.hash, codeHash);
}

export function readKept(value: string | null): KeptCode | undefined {
  if (value === null) return undefined;
  const parsed = KeptCode.safeParse(JSON.parse(value));
  return parsed.success ? parsed.data : undefined;
}
