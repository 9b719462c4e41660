import { listAudit } from '../../services/audit/list.ts';
import { addUser } from '../../services/user/add.ts';
import { listUsers } from '../../services/user/list.ts';
import { plain } from '../plain.ts';
import type { Handlers } from '../types.ts';

export const peopleRoutes: Pick<Handlers, 'users' | 'addUser' | 'audit'> = {
  users: (services) => plain(listUsers(services)),
  addUser: (services, caller, { body }) => plain(addUser(services, caller, body)),
  audit: (services, _caller, { query }) => plain(listAudit(services, query)),
};
