/** An SNMP peer that is a table in memory: ids in walking order, nothing on a wire. */
import { type Result, err, ok } from '@cardwatch/kernel';
import type { DriverFailure, SnmpPeer, SnmpValue, SnmpVarbind } from '../contract.ts';

const less = (a: string, b: string): number => {
  const left = a.split('.').map(Number);
  const right = b.split('.').map(Number);
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
};

export class SnmpTable implements SnmpPeer {
  readonly #values = new Map<string, SnmpValue>();
  /** What is answered instead of values; undefined: all is well. */
  failure: DriverFailure | undefined;
  /** Ids that are refused when they are asked for or walked. */
  readonly refused = new Set<string>();
  questions = 0;
  closed = false;

  set(oid: string, value: SnmpValue): void {
    if (value === undefined) this.#values.delete(oid);
    else this.#values.set(oid, value);
  }

  get(oids: readonly string[]): Promise<Result<readonly SnmpVarbind[], DriverFailure>> {
    const failure = this.#failing(oids);
    return Promise.resolve(failure === undefined ? ok(oids.map((oid) => ({ oid, value: this.#values.get(oid) }))) : err(failure));
  }

  bulk(oid: string, maxRepetitions: number): Promise<Result<readonly SnmpVarbind[], DriverFailure>> {
    const failure = this.#failing([oid]);
    if (failure !== undefined) return Promise.resolve(err(failure));
    const behind = [...this.#values.keys()].filter((each) => less(oid, each) < 0).sort(less);
    const some = behind.slice(0, maxRepetitions).map((each) => ({ oid: each, value: this.#values.get(each) }));
    return Promise.resolve(ok(some.length > 0 ? some : [{ oid, value: undefined }]));
  }

  close(): void {
    this.closed = true;
  }

  #failing(oids: readonly string[]): DriverFailure | undefined {
    this.questions++;
    if (this.closed) return { kind: 'closed' };
    if (this.failure !== undefined) return this.failure;
    const refused = oids.find((oid) => this.refused.has(oid));
    return refused === undefined ? undefined : { kind: 'refused', deviceCode: 5, detail: refused };
  }
}
