/** A device list that comes in several hellos. */
import type { DeviceDeclaration, Hello } from '@cardwatch/contracts';
import type { EpochMs } from '@cardwatch/kernel';

export interface HelloParts {
  readonly instance: string;
  readonly startedAt: EpochMs;
  readonly byPart: ReadonlyMap<number, readonly DeviceDeclaration[]>;
}

/** Adds one part; `devices` when all are there. Parts of another process start, or older than `keptMs`, are forgotten. */
export function addPart(
  before: HelloParts | undefined,
  hello: Hello,
  keptMs: number,
  now: EpochMs,
): { readonly parts: HelloParts | undefined; readonly devices: readonly DeviceDeclaration[] | undefined } {
  if (hello.parts === 1) return { parts: undefined, devices: hello.devices };
  const goesOn = before !== undefined && before.instance === hello.instance && now - before.startedAt < keptMs;
  const parts: HelloParts = goesOn ? before : { instance: hello.instance, startedAt: now, byPart: new Map() };
  const byPart = new Map(parts.byPart).set(hello.part, hello.devices);
  const all = Array.from({ length: hello.parts }, (_, at) => byPart.get(at + 1));
  const missing = all.some((part) => part === undefined);
  if (missing) return { parts: { ...parts, byPart }, devices: undefined };
  return { parts: undefined, devices: all.flatMap((part) => part ?? []) };
}
