import { endpoints, type Role, type Scope } from '@cardwatch/contracts/api';
import { dayMs } from '@cardwatch/kernel';
import { commandLine } from '../services/caller.ts';
import { addToken } from '../services/token/add.ts';
import { addUser } from '../services/user/add.ts';
import type { Terminal } from '../shell/terminal.ts';
import { failureWords } from './failure-words.ts';
import { withStore } from './open.ts';
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
