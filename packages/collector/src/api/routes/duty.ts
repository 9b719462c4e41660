import { listPolicies, listRecipients, listShifts } from '../../services/duty/list.ts';
import { dryRunOf } from '../../services/duty/dry-run.ts';
import { removeRecipient, savePolicies, saveRecipient, saveShifts } from '../../services/duty/save.ts';
import { watched } from '../../services/watch-desk.ts';
import { plain } from '../plain.ts';
import type { Handlers } from '../types.ts';

export const dutyRoutes: Pick<
  Handlers,
  'policies' | 'savePolicies' | 'recipients' | 'saveRecipient' | 'removeRecipient' | 'shifts' | 'saveShifts' | 'wouldTellOf'
> = {
  policies: (services) => plain(watched(services, listPolicies)),
  savePolicies: (services, caller, { body }) => plain(watched(services, (w) => savePolicies(w, caller, body))),
  recipients: (services) => plain(watched(services, listRecipients)),
  saveRecipient: (services, caller, { body }) => plain(watched(services, (w) => saveRecipient(w, caller, body))),
  removeRecipient: (services, caller, { params, body }) =>
    plain(watched(services, (w) => removeRecipient(w, caller, { ...params, ...body }))),
  shifts: (services) => plain(watched(services, listShifts)),
  wouldTellOf: (services, _caller, { query }) => plain(watched(services, (w) => dryRunOf(w, query))),
  saveShifts: (services, caller, { body }) => plain(watched(services, (w) => saveShifts(w, caller, body))),
};
