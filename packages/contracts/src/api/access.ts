import { z } from 'zod';

export const Role = z.enum(['duty', 'finance', 'auditor', 'admin', 'engineer', 'expert', 'manager', 'purchaser']);
/**
 * duty 值班工程师 · engineer 运维工程师 · expert 技术专家 · manager 运维经理 · finance 财务对账员 · purchaser 采购方代表 · auditor 审计员 ·
 * admin 系统管理员 (people and configuration, no reveal).
 */
export type Role = z.infer<typeof Role>;

/** What a bearer token may do. A person's role grants a set of scopes. `watch:read`: alarms, rules, messages, incidents, topology. */
export const Scope = z.enum([
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
]);
export type Scope = z.infer<typeof Scope>;

const yes = true;
/** The permission table: who has which scope. A person's areas narrow what is seen and handled within them. */
const table: Readonly<Record<Scope, Partial<Readonly<Record<Role, true>>>>> = {
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
};

const scopesOf = (role: Role): readonly Scope[] => Scope.options.filter((scope) => table[scope][role] === true);

export const roleScopes: Readonly<Record<Role, readonly Scope[]>> = {
  duty: scopesOf('duty'),
  finance: scopesOf('finance'),
  auditor: scopesOf('auditor'),
  admin: scopesOf('admin'),
  engineer: scopesOf('engineer'),
  expert: scopesOf('expert'),
  manager: scopesOf('manager'),
  purchaser: scopesOf('purchaser'),
};

/** Campuses or `campus/building/area` that a person is for; null: all. */
export const Areas = z.array(z.string().min(1).max(200)).min(1).max(32).nullable();
export type Areas = z.infer<typeof Areas>;
