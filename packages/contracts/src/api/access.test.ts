import { expect, test } from 'vitest';
import { Role, roleScopes } from './access.ts';

/** The table once more, by role: a right that is given or taken by mistake shows here. */
test('who has which scope', () => {
  const site = 'read records:read commands watch:read alarms:handle windows:edit';
  expect(Object.fromEntries(Role.options.map((role) => [role, roleScopes[role].join(' ')]))).toEqual({
    duty: `${site} incidents:handle wall:read`,
    engineer: `${site} incidents:handle topology:edit wall:read`,
    expert: `${site} rules:edit incidents:handle incidents:review topology:edit wall:read`,
    manager:
      'read records:read watch:read alarms:handle windows:edit rules:edit duty:edit incidents:handle incidents:review topology:edit wall:read wall:edit',
    finance: 'read records:read records:reveal watch:read wall:read',
    purchaser: 'read watch:read wall:read',
    auditor: 'read records:read audit:read watch:read wall:read',
    admin: 'read users:admin metrics watch:read duty:edit topology:edit wall:read wall:edit',
  });
});
