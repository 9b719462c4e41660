import { type CancelTimer, type Clock, pick, type Random, type SeededRandom } from '@cardwatch/kernel';
import type { CampusClock } from '../campus/campus-clock.ts';
import type { DormGate, PosTerminal } from '../cluster.ts';
import type { Accounts } from './accounts.ts';
import { DayWalk } from './day-walk.ts';
import { cardNumber } from './demand.core.ts';
import { type PlannedSale, planMeals } from './meals.core.ts';
import { type PlannedPass, planTrips } from './trips.core.ts';

const studentSeries = 22;
const salesOfPass = 5;
const topUpBelowFen = 1_800;
const topUps = [5_000, 10_000, 10_000, 20_000] as const;
const familyNames = ['王', '李', '张', '刘', '陈', '杨', '赵', '黄', '周', '吴'] as const;
const givenNames = ['子涵', '欣怡', '浩然', '雨桐', '俊杰', '思远', '晓彤', '明轩', '若曦', '嘉豪'] as const;

export interface StudentsParts {
  readonly clock: Clock;
  readonly campus: CampusClock;
  readonly random: SeededRandom;
  readonly accounts: Accounts;
  readonly count: number;
  readonly terminals: readonly PosTerminal[];
  readonly gates: readonly DormGate[];
  /** A card as the sale that comes leaves it; as it was, when the terminal would not sell. */
  readonly keep: (purse: { readonly card: string; readonly balanceFen: number; readonly counter: number }) => void;
}

/** The students of the campus: they eat in the canteens and pass the gates of their dorms as the day's plan says. */
export class Students {
  readonly #parts: StudentsParts;
  readonly #random: Random;
  readonly #meals: DayWalk<PlannedSale>;
  readonly #trips: DayWalk<PlannedPass>;
  #turn = 0;
  #cancel: CancelTimer = () => {};

  constructor(parts: StudentsParts) {
    this.#parts = parts;
    this.#random = parts.random.fork(3);
    const { clock, campus, count, random } = parts;
    const time = { clock, campus };
    this.#meals = new DayWalk({
      ...time,
      plan: (day) => (parts.terminals.length === 0 ? [] : planMeals(count, random.fork(1).fork(day))),
      act: (sale) => this.#eat(sale),
    });
    this.#trips = new DayWalk({
      ...time,
      plan: (day) => (parts.gates.length === 0 ? [] : planTrips(count, random.fork(2).fork(day))),
      act: (pass) => this.#walk(pass),
    });
  }

  start(): void {
    this.#meals.start();
    this.#trips.start();
  }

  stop(): void {
    this.#meals.stop();
    this.#trips.stop();
  }

  /** Sales a second over all terminals in turn, and a pass for every fifth of them; 0 ends it. */
  setRate(perSecond: number): void {
    this.#cancel();
    if (perSecond <= 0) return;
    const again = (): void => {
      this.#saleOfRate();
      this.#cancel = this.#parts.clock.after(1_000 / perSecond, again);
    };
    this.#cancel = this.#parts.clock.after(1_000 / perSecond, again);
  }

  #saleOfRate(): void {
    const { terminals, gates, count } = this.#parts;
    const turn = this.#turn++;
    const person = Math.floor(this.#random.next() * count);
    const terminal = terminals[turn % Math.max(1, terminals.length)];
    if (terminal !== undefined) this.#sell(terminal, person, 10 * (30 + (turn % 170)));
    if (turn % salesOfPass === 0 && gates.length > 0)
      pick(this.#random, gates).pass({ ...this.#who(person), direction: 'in', method: 'face', outcome: 'granted' });
  }

  #eat({ person, window, amountFen }: PlannedSale): void {
    const { terminals } = this.#parts;
    const terminal = terminals[Math.floor(window * terminals.length)];
    if (terminal !== undefined) this.#sell(terminal, person, amountFen);
  }

  #sell(terminal: PosTerminal, person: number, amountFen: number): boolean {
    const account = this.#parts.accounts.of(cardOf(person));
    if (account.balanceFen < Math.max(amountFen, topUpBelowFen)) account.topUp(pick(this.#random, topUps));
    const { card, balanceFen, counter } = account;
    const after = (counter + 1) & 0xffff;
    this.#parts.keep({ card, balanceFen: balanceFen - amountFen, counter: after });
    if (terminal.sell({ card, amountFen, balanceBeforeFen: balanceFen, cardCounter: after }) === 'sold') {
      account.move(-amountFen);
      return true;
    }
    this.#parts.keep({ card, balanceFen, counter });
    return false;
  }

  #walk({ person, lane, direction, method, outcome }: PlannedPass): void {
    const { gates } = this.#parts;
    gates[Math.floor(lane * gates.length)]?.pass({ ...this.#who(person), direction, method, outcome });
  }

  #who(person: number): { readonly personNo: string; readonly name: string; readonly card: string } {
    return { personNo: personNoOf(person), name: nameOf(person), card: cardOf(person) };
  }
}

export const cardOf = (person: number): string => cardNumber(studentSeries, 0, person);
export const personNoOf = (person: number): string => String(610_000_000 + person);

/** A name that must not be found anywhere outside of a gate. */
export function nameOf(person: number): string {
  const family = familyNames[person % familyNames.length] ?? '';
  const given = givenNames[Math.floor(person / familyNames.length) % givenNames.length] ?? '';
  return family + given;
}
