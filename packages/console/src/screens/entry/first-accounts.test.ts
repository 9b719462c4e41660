import { expect, test } from 'vitest';
import { adminNameOf, codeIn, setupBody } from './first-accounts.core.ts';

test.each([
  ['', ''],
  ['zhang', 'zhang.admin'],
  [' zhang.gong ', 'zhang.gong.admin'],
  ['a'.repeat(26), `${'a'.repeat(26)}.admin`],
  ['a'.repeat(32), `${'a'.repeat(26)}.admin`],
])('the administrator beside %j is %j', (name, admin) => {
  expect(adminNameOf(name)).toBe(admin);
});

test.each([
  ['', ''],
  ['#code=K7QM-2WXR-9DTB-H4VN', 'K7QM-2WXR-9DTB-H4VN'],
  ['#code=', ''],
  ['#other=1', ''],
])('the fragment %j holds the code %j', (fragment, code) => {
  expect(codeIn(fragment)).toBe(code);
});

const admin = { name: 'zhang.admin', password: 'one pass phrase' };
const asAdmin = (name: string): string => `${name}（管理）`;

test('a name that was not given is the sign-in name', () => {
  expect(setupBody({ code: ' K7QM ', admin }, asAdmin)).toEqual({
    code: 'K7QM',
    name: 'zhang.admin',
    displayName: 'zhang.admin',
    password: 'one pass phrase',
  });
});

test('the duty account goes beside the administrator, who is the same person', () => {
  const duty = { name: 'zhang', displayName: ' 张工 ', password: 'another pass phrase' };
  expect(setupBody({ code: 'K7QM', admin, duty }, asAdmin)).toEqual({
    code: 'K7QM',
    name: 'zhang.admin',
    displayName: '张工（管理）',
    password: 'one pass phrase',
    duty: { name: 'zhang', displayName: '张工', password: 'another pass phrase' },
  });
  expect(setupBody({ code: 'K7QM', admin, duty: { ...duty, displayName: '张'.repeat(64) } }, asAdmin).displayName).toHaveLength(
    64,
  );
});
