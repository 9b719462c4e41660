/** Expected failure is a value: `E` is a union told apart by `kind`. An exception is a bug. */
export type Result<T, E> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };

export const ok = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value });

export const err = <E>(error: E): { readonly ok: false; readonly error: E } => ({ ok: false, error });

/** Closes a `switch` over a union; the compiler proves that it is never called. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${String(value)}`);
}

/** States what must hold. A failed assertion is a bug of ours and ends the task. */
export function assert(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(`assertion failed: ${what}`);
}
