import type { TokenRow } from '../../store/people/roles.ts';
import { hashSecret } from '../secret.ts';
import type { Services } from '../services.ts';
import { tokenPrefix } from './add.ts';

/** The token while it lives. */
export async function checkToken({ people, clock }: Services, text: string): Promise<TokenRow | null> {
  if (!text.startsWith(tokenPrefix) || text.length !== tokenPrefix.length + 43) return null;
  const token = await people.token(hashSecret(text));
  return token !== null && clock.now() < token.expiresAt ? token : null;
}
