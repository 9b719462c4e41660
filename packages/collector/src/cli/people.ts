import { endpoints, type Role, type Scope } from '@cardwatch/contracts/api';
import { dayMs } from '@cardwatch/kernel';
import { commandLine } from '../services/caller.ts';
import { addToken } from '../services/token/add.ts';
import { addUser } from '../services/user/add.ts';
import { setUserDisabled, setUserPassword } from '../services/user/standing.ts';
import type { Terminal } from '../shell/terminal.ts';
import { failureWords } from './failure-words.ts';
import { withExistingStore, withStore } from './open.ts';
import { both } from './words.ts';

export interface UserAddOptions {
  readonly data: string;
  readonly role: Role;
  readonly displayName?: string;
}

/** `user add`: the password is asked for, or is the first line of a pipe; never an argument, which other users of the machine could read. */
export async function userAdd(
  name: string,
  { data, role, displayName = name }: UserAddOptions,
  terminal: Terminal,
): Promise<number> {
  const password = await terminal.readSecret('密码 password (>= 12): ');
  const asked = endpoints.addUser.body.safeParse({ name, displayName, role, password });
  if (!asked.success) {
    const { path, message } = asked.error.issues[0] ?? { path: [], message: '' };
    terminal.err(both(`“${path.join('.')}”不合要求: ${message}`, `"${path.join('.')}" is not accepted: ${message}`));
    return 1;
  }
  const made = await withStore(data, ({ services }) => addUser(services, commandLine, asked.data));
  terminal[made.ok ? 'out' : 'err'](
    made.ok ? both(`账号 ${name} 已建立。`, `The account ${name} is made.`) : failureWords(made.error),
  );
  return made.ok ? 0 : 1;
}

/** `user disable` and `user enable`. */
export async function userDisable(name: string, disabled: boolean, data: string, terminal: Terminal): Promise<number> {
  const done = await withExistingStore(data, ({ services }) => setUserDisabled(services, commandLine, name, disabled));
  const words = disabled
    ? both(`账号 ${name} 已停用，其会话已结束。`, `The account ${name} is disabled and its sessions have ended.`)
    : both(`账号 ${name} 已启用。`, `The account ${name} is enabled.`);
  terminal[done.ok ? 'out' : 'err'](done.ok ? words : failureWords(done.error));
  return done.ok ? 0 : 1;
}

/** `user password`: asked for as in `user add`. Ends sessions and locks of the account. */
export async function userPassword(name: string, data: string, terminal: Terminal): Promise<number> {
  const asked = endpoints.addUser.body.shape.password.safeParse(await terminal.readSecret('新密码 new password (>= 12): '));
  if (!asked.success) {
    const { message } = asked.error.issues[0] ?? { message: '' };
    terminal.err(both(`密码不合要求: ${message}`, `The password is not accepted: ${message}`));
    return 1;
  }
  const done = await withExistingStore(data, ({ services }) => setUserPassword(services, commandLine, name, asked.data));
  const words = both(
    `账号 ${name} 的密码已更换，其会话已结束。`,
    `The password of ${name} is changed and its sessions have ended.`,
  );
  terminal[done.ok ? 'out' : 'err'](done.ok ? words : failureWords(done.error));
  return done.ok ? 0 : 1;
}

export interface TokenAddOptions {
  readonly data: string;
  readonly scopes: readonly Scope[];
  readonly label: string;
  readonly days: number;
}

/** `token add`: the token alone on standard output, so that it can be piped; the rest on standard error. */
export async function tokenAdd({ data, scopes, label, days }: TokenAddOptions, terminal: Terminal): Promise<number> {
  const made = await withStore(data, ({ services }) => addToken(services, commandLine, { label, scopes, lifeMs: days * dayMs }));
  if (!made.ok) {
    terminal.err(failureWords(made.error));
    return 1;
  }
  terminal.out(made.value);
  terminal.err(both(`令牌只显示这一次，${days} 天有效。`, `The token is shown this once and is valid for ${days} days.`));
  return 0;
}
