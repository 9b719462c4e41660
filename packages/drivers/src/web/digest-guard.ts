/**
 * Devices lock an account after five to seven wrong passwords, for about half an hour, also for the people who use it. Two are spent, over all channels
 * of a device together; after that nothing is sent for an hour, or until the account in the configuration is another one.
 */
export const guardLimits = { failures: 2, pauseMs: 60 * 60_000, accounts: 4_000 } as const;

interface Account {
  failures: number;
  openAt: number;
}

/** Wrong logins by account. One for all sessions of a driver, so that opening a session anew forgets nothing. */
export class DigestGuard {
  readonly #accounts = new Map<string, Account>();

  /** Milliseconds until this account may be tried again; 0: now. `monoMs` is the monotonic clock. */
  pausedForMs(key: string, monoMs: number): number {
    const account = this.#accounts.get(key);
    if (account === undefined || account.failures < guardLimits.failures) return 0;
    const leftMs = account.openAt - monoMs;
    if (leftMs > 0) return leftMs;
    // One more try after the pause; when it fails as well, the next pause begins.
    account.failures = guardLimits.failures - 1;
    return 0;
  }

  failed(key: string, lockedForMs: number, monoMs: number): void {
    const account = this.#accounts.get(key) ?? { failures: 0, openAt: 0 };
    account.failures = lockedForMs > 0 ? guardLimits.failures : account.failures + 1;
    account.openAt = monoMs + Math.max(guardLimits.pauseMs, lockedForMs);
    this.#accounts.delete(key);
    this.#accounts.set(key, account);
    for (const oldest of this.#accounts.keys()) {
      if (this.#accounts.size <= guardLimits.accounts) break;
      this.#accounts.delete(oldest);
    }
  }

  succeeded(key: string): void {
    this.#accounts.delete(key);
  }
}
