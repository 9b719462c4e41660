import { checkAuditChain, listAudit } from '../../services/audit/list.ts';
import { listTokens, revokeToken } from '../../services/token/list.ts';
import { addUser } from '../../services/user/add.ts';
import { listUsers } from '../../services/user/list.ts';
import { resetPassword, setUserAreas, setUserDisabled, unlockUser } from '../../services/user/standing.ts';
import { plain } from '../plain.ts';
import type { Handlers } from '../types.ts';

export const peopleRoutes: Pick<
  Handlers,
  | 'users'
  | 'addUser'
  | 'disableUser'
  | 'enableUser'
  | 'unlockUser'
  | 'resetPassword'
  | 'setUserAreas'
  | 'audit'
  | 'auditChain'
  | 'tokens'
  | 'revokeToken'
> = {
  users: (services) => plain(listUsers(services)),
  addUser: (services, caller, { body }) => plain(addUser(services, caller, body)),
  disableUser: (services, caller, { params }) => plain(setUserDisabled(services, caller, params.name, true)),
  enableUser: (services, caller, { params }) => plain(setUserDisabled(services, caller, params.name, false)),
  unlockUser: (services, caller, { params }) => plain(unlockUser(services, caller, params.name)),
  resetPassword: (services, caller, { params }) => plain(resetPassword(services, caller, params.name)),
  setUserAreas: (services, caller, { params, body }) => plain(setUserAreas(services, caller, params.name, body.areas)),
  audit: (services, _caller, { query }) => plain(listAudit(services, query)),
  auditChain: (services) => plain(checkAuditChain(services)),
  tokens: (services) => plain(listTokens(services)),
  revokeToken: (services, caller, { params, body }) => plain(revokeToken(services, caller, { ...params, ...body })),
};
