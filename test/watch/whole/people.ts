/** Two on duty who are called for level 1, one of them for the rest; level 3 comes in digests. `wang` has an address and no duty. */
import type { NoticePolicy, Recipient } from '@cardwatch/contracts/watch';
import { minuteMs } from '@cardwatch/kernel';
import { person, policy } from '../notify/campus-desk.ts';

const always = { remindEveryMs: null, channels: ['wecom' as const] };

export const people: { readonly policies: readonly NoticePolicy[]; readonly recipients: readonly Recipient[] } = {
  policies: [
    policy({ ...always, policyId: 'one', levels: [1], steps: [{ afterMs: 0, who: ['zhang', 'li'] }] }),
    policy({ ...always, policyId: 'two', levels: [2], steps: [{ afterMs: 0, who: ['zhang'] }] }),
    policy({ ...always, policyId: 'three', levels: [3], digestEveryMs: 10 * minuteMs, steps: [{ afterMs: 0, who: ['zhang'] }] }),
  ],
  recipients: [person('zhang', 'wecom'), person('li', 'wecom'), person('wang', 'wecom')],
};
