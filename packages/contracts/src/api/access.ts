import { z } from 'zod';
import { roleNames, scopeNames } from './permissions.ts';

export { roleScopes } from './permissions.ts';

export const Role = z.enum(roleNames);
/**
 * duty 值班工程师 · engineer 运维工程师 · expert 技术专家 · manager 运维经理 · finance 财务对账员 · purchaser 采购方代表 · auditor 审计员 ·
 * admin 系统管理员 (people and configuration, no reveal).
 */
export type Role = z.infer<typeof Role>;

/** What a bearer token may do. A person's role grants a set of scopes. `watch:read`: alarms, rules, messages, incidents, topology. `wall:read`: the wall screen alone. */
export const Scope = z.enum(scopeNames);
export type Scope = z.infer<typeof Scope>;

/** Campuses or `campus/building/area` that a person is for; null: all. */
export const Areas = z.array(z.string().min(1).max(200)).min(1).max(32).nullable();
export type Areas = z.infer<typeof Areas>;
