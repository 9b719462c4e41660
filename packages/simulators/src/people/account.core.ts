import { assert } from '@cardwatch/kernel';

/** The water purse of one card: balance in fen and the card's own pay counter (u16, wraps). */
export class Account {
  readonly card: string;
  #balanceFen: number;
  #counter: number;

  constructor(card: string, balanceFen: number, counter = 0) {
    assert(/^\d{16}$/.test(card), 'a card number has 16 digits');
    this.card = card;
    this.#balanceFen = balanceFen;
    this.#counter = counter;
  }

  get balanceFen(): number {
    return this.#balanceFen;
  }

  get counter(): number {
    return this.#counter;
  }

  /** Takes (negative) or gives back (positive) fen as one counted operation of the card. */
  move(deltaFen: number): { readonly beforeFen: number; readonly afterFen: number; readonly counter: number } {
    const beforeFen = this.#balanceFen;
    this.#balanceFen += deltaFen;
    this.#counter = (this.#counter + 1) & 0xffff;
    return { beforeFen, afterFen: this.#balanceFen, counter: this.#counter };
  }

  /** A top-up elsewhere: counted by the card's other counter, so not here. */
  topUp(amountFen: number): void {
    assert(amountFen > 0, 'a top-up adds');
    this.#balanceFen += amountFen;
  }

  /** What the newest record of this card says, after a restart. */
  restore(balanceFen: number, counter: number): void {
    this.#balanceFen = balanceFen;
    this.#counter = counter;
  }
}
