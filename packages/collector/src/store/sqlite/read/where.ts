import type { SQLInputValue } from 'node:sqlite';

/** Collects conditions with their bound values. SQL text here is always ours; what a caller wrote is only ever bound. */
export class Where {
  readonly #parts: string[] = [];
  readonly values: SQLInputValue[] = [];

  /** Adds `sql` when every value is present. */
  and(sql: string, ...values: (SQLInputValue | undefined)[]): this {
    if (values.some((value) => value === undefined)) return this;
    this.#parts.push(sql);
    this.values.push(...(values as SQLInputValue[]));
    return this;
  }

  /** Adds that `path`, an SQL expression of ours, is one of these places or lies within one. No places: nothing is. */
  within(path: string, places: readonly string[] | undefined): this {
    if (places === undefined) return this;
    if (places.length === 0) return this.and('0');
    const one = `${path} = ? OR substr(${path}, 1, length(?) + 1) = ? || '/'`;
    return this.and(`(${places.map(() => one).join(' OR ')})`, ...places.flatMap((place) => [place, place, place]));
  }

  toString(): string {
    return this.#parts.length === 0 ? '' : `WHERE ${this.#parts.join(' AND ')}`;
  }
}

export const marks = (count: number): string => Array(count).fill('?').join(', ');
