/** A key that every object has: an input has reached all objects of the process. Undefined: none. */
export function pollution(): string | undefined {
  for (const key in bare) return `every object has a key ${key} now`;
  return undefined;
}

const bare: Readonly<Record<string, unknown>> = {};
