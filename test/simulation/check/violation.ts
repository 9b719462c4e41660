/** Names as in the custody rules: I1 no loss, I2 no duplicate, I3 no invention, I4 ack means durable, I5 confirm means durable, I6 visible gaps, I7 self-recovery, I8 bounded, I9 isolation, I10 priority, I11 authority, I12 audit, I13 confidentiality, I14 liveness. */
export type Invariant =
  | 'I1'
  | 'I2'
  | 'I3'
  | 'I4'
  | 'I5'
  | 'I6'
  | 'I7'
  | 'I8'
  | 'I9'
  | 'I10'
  | 'I11'
  | 'I12'
  | 'I13'
  | 'I14'
  | 'bug';

export interface Violation {
  readonly invariant: Invariant;
  readonly detail: string;
  readonly event: number;
}

/** Collects what was broken; the first one ends a run. */
export class Violations {
  readonly found: Violation[] = [];
  readonly #event: () => number;

  constructor(event: () => number) {
    this.#event = event;
  }

  add(invariant: Invariant, detail: string): void {
    if (this.found.length < 20) this.found.push({ invariant, detail, event: this.#event() });
  }

  get any(): boolean {
    return this.found.length > 0;
  }
}
