import { z } from 'zod';

export const Role = z.enum(['duty', 'finance', 'auditor', 'admin']);
/** duty 值班工程师 · finance 财务对账员 · auditor 审计员 · admin 系统管理员 (people and configuration, no reveal). */
export type Role = z.infer<typeof Role>;

/** What a bearer token may do. A person's role grants a set of scopes. */
export const Scope = z.enum(['read', 'records:read', 'records:reveal', 'commands', 'users:admin', 'audit:read', 'metrics']);
export type Scope = z.infer<typeof Scope>;

export const roleScopes: Readonly<Record<Role, readonly Scope[]>> = {
  duty: ['read', 'records:read', 'commands'],
  finance: ['read', 'records:read', 'records:reveal'],
  auditor: ['read', 'records:read', 'audit:read'],
  admin: ['read', 'users:admin', 'metrics'],
};
