/** Who may do what, as plain values: the console draws its table from this without a schema. `access.ts` gives it its types at the boundary. */

export const roleNames = ['duty', 'finance', 'auditor', 'admin', 'engineer', 'expert', 'manager', 'purchaser'] as const;
export type RoleName = (typeof roleNames)[number];

export const scopeNames = [
  'read',
  'records:read',
  'records:reveal',
  'commands',
  'users:admin',
  'audit:read',
  'metrics',
  'watch:read',
  'alarms:handle',
  'windows:edit',
  'rules:edit',
  'duty:edit',
  'incidents:handle',
  'incidents:review',
  'topology:edit',
  'wall:read',
  'wall:edit',
] as const;
export type ScopeName = (typeof scopeNames)[number];

const yes = true;
/** The permission table: who has which scope. A person's areas narrow what is seen and handled within them. */
const table: Readonly<Record<ScopeName, Partial<Readonly<Record<RoleName, true>>>>> = {
  read: { duty: yes, engineer: yes, expert: yes, manager: yes, finance: yes, purchaser: yes, auditor: yes, admin: yes },
  'records:read': { duty: yes, engineer: yes, expert: yes, manager: yes, finance: yes, auditor: yes },
  'records:reveal': { finance: yes },
  commands: { duty: yes, engineer: yes, expert: yes },
  'users:admin': { admin: yes },
  'audit:read': { auditor: yes },
  metrics: { admin: yes },
  'watch:read': { duty: yes, engineer: yes, expert: yes, manager: yes, finance: yes, purchaser: yes, auditor: yes, admin: yes },
  'alarms:handle': { duty: yes, engineer: yes, expert: yes, manager: yes },
  'windows:edit': { duty: yes, engineer: yes, expert: yes, manager: yes },
  'rules:edit': { expert: yes, manager: yes },
  'duty:edit': { manager: yes, admin: yes },
  'incidents:handle': { duty: yes, engineer: yes, expert: yes, manager: yes },
  'incidents:review': { expert: yes, manager: yes },
  'topology:edit': { engineer: yes, expert: yes, manager: yes, admin: yes },
  'wall:read': { duty: yes, engineer: yes, expert: yes, manager: yes, finance: yes, purchaser: yes, auditor: yes, admin: yes },
  'wall:edit': { manager: yes, admin: yes },
};

const scopesOf = (role: RoleName): readonly ScopeName[] => scopeNames.filter((scope) => table[scope][role] === true);

export const roleScopes: Readonly<Record<RoleName, readonly ScopeName[]>> = {
  duty: scopesOf('duty'),
  finance: scopesOf('finance'),
  auditor: scopesOf('auditor'),
  admin: scopesOf('admin'),
  engineer: scopesOf('engineer'),
  expert: scopesOf('expert'),
  manager: scopesOf('manager'),
  purchaser: scopesOf('purchaser'),
};
