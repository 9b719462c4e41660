/** What the set-up form suggests and sends; the collector checks it again. */

export interface AccountForm {
  readonly name: string;
  /** Left out: the sign-in name stands for it. */
  readonly displayName?: string;
  readonly password: string;
}

export interface SetupForm {
  readonly code: string;
  readonly admin: AccountForm;
  readonly duty?: AccountForm;
}

const nameCharsMax = 32;
const suffix = '.admin';

/** The administrator's name beside a person's own: `zhang.gong` has `zhang.gong.admin`. */
export const adminNameOf = (name: string): string =>
  name.trim() === '' ? '' : `${name.trim().slice(0, nameCharsMax - suffix.length)}${suffix}`;

/** The one-time code that the first start prints as a link's fragment, `#code=…`; '' without one. */
export const codeIn = (fragment: string): string => new URLSearchParams(fragment.replace(/^#/, '')).get('code') ?? '';

/** The body of the verb `setup`. `asAdmin`: how a person is called as administrator. */
export function setupBody({ code, admin, duty }: SetupForm, asAdmin: (name: string) => string) {
  const sent = { code: code.trim(), ...accountOf(admin) };
  if (duty === undefined) return sent;
  const own = accountOf(duty);
  return { ...sent, displayName: asAdmin(own.displayName).slice(0, displayCharsMax), duty: own };
}

/** The contract's. */
const displayCharsMax = 64;

function accountOf({ name, displayName = '', password }: AccountForm) {
  return { name, displayName: displayName.trim() === '' ? name : displayName.trim(), password };
}
