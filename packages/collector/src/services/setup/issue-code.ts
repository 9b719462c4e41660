import type { Services } from '../services.ts';
import { newCode, setupSetting } from './code.ts';

/** A new one-time set-up code while there are no accounts; undefined when there are. An earlier code no longer works. */
export async function issueSetupCode({ people, clock }: Pick<Services, 'people' | 'clock'>): Promise<string | undefined> {
  if ((await people.personCount()) > 0) return undefined;
  const { code, kept } = newCode(clock.now());
  await people.setSetting(setupSetting, JSON.stringify(kept));
  return code;
}
