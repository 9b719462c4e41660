import { err, ok } from '@cardwatch/kernel';
import { completeSetup } from '../../services/setup/complete.ts';
import { setupState } from '../../services/setup/state.ts';
import { changePassword } from '../../services/session/change-password.ts';
import { redeemReset } from '../../services/session/redeem-reset.ts';
import { sessionDto } from '../../services/session/show.ts';
import { signIn } from '../../services/session/sign-in.ts';
import { signOut } from '../../services/session/sign-out.ts';
import { opened, plain } from '../plain.ts';
import type { Handlers } from '../types.ts';

export const sessionRoutes: Pick<
  Handlers,
  'setupState' | 'setup' | 'signIn' | 'session' | 'signOut' | 'changePassword' | 'redeemReset'
> = {
  setupState: (services) => plain(setupState(services)),
  setup: (services, caller, { body }) => opened(completeSetup(services, caller, body)),
  signIn: (services, caller, { body }) => opened(signIn(services, caller, body)),
  session: async ({ sessions }, { session }) =>
    session === null ? err({ kind: 'signInNeeded' }) : ok({ body: sessionDto(session, sessions) }),
  changePassword: (services, caller, { body }) => opened(changePassword(services, caller, body)),
  redeemReset: (services, caller, { body }) => opened(redeemReset(services, caller, body)),
  signOut: async (services, caller) => {
    const result = await signOut(services, caller);
    return result.ok ? ok({ body: result.value, cookie: 'clear' }) : result;
  },
};
