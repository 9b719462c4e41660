import { intBetween, type Random } from '@cardwatch/kernel';
import { Account } from './account.core.ts';

/** All water purses, made when first asked for; an earlier run's balances win over fresh ones. */
export class Accounts {
  readonly #accounts = new Map<string, Account>();
  readonly #restored = new Map<string, { readonly balanceFen: number; readonly counter: number }>();
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  of(card: string): Account {
    const known = this.#accounts.get(card);
    if (known !== undefined) return known;
    const fresh = intBetween(this.#random, 500, 3_000);
    const restored = this.#restored.get(card);
    const account = new Account(card, restored?.balanceFen ?? fresh, restored?.counter ?? 0);
    this.#accounts.set(card, account);
    return account;
  }

  restore(card: string, balanceFen: number, counter: number): void {
    this.#restored.set(card, { balanceFen, counter });
  }
}
