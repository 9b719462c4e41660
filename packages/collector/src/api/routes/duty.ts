import { listPolicies, listRecipients, listShifts } from '../../services/duty/list.ts';
import { removeRecipient, savePolicies, saveRecipient, saveShifts } from '../../services/duty/save.ts';
import { watched } from '../../services/watch-desk.ts';
import { plain } from '../plain.ts';
import type { Handlers } from '../types.ts';

export const dutyRoutes: Pick<
  Handlers,
  'policies' | 'savePolicies' | 'recipients' | 'saveRecipient' | 'removeRecipient' | 'shifts' | 'saveShifts'
> = {
  policies: (services) => plain(watched(services, listPolicies)),
  savePolicies: (services, caller, { body }) => plain(watched(services, (w) => savePolicies(w, caller, body))),
  recipients: (services) => plain(watched(services, listRecipients)),
  saveRecipient: (services, caller, { body }) => plain(watched(services, (w) => saveRecipient(w, caller, body))),
  removeRecipient: (services, caller, { params, body }) =>
    plain(watched(services, (w) => removeRecipient(w, caller, { ...params, ...body }))),
  shifts: (services) => plain(watched(services, listShifts)),
  saveShifts: (services, caller, { body }) => plain(watched(services, (w) => saveShifts(w, caller, body))),
};
