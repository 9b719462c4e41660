import type { DeviceFacts, DeviceIdentity, RawReading } from '../contract.ts';
import { integerOf, zkLimits } from './lines.core.ts';

/** Comma-separated `key=value`; a comma ends a value only where a key follows it, for names of companies have commas too. */
export function parseOptions(text: string): ReadonlyMap<string, string> {
  const options = new Map<string, string>();
  for (const part of text.split(/,(?=~?[A-Za-z][A-Za-z0-9_]{0,40}=)/)) {
    const at = part.indexOf('=');
    if (at <= 0 || options.size >= zkLimits.options) continue;
    const name = part.slice(0, at).trim();
    if (/^~?[A-Za-z][A-Za-z0-9_]{0,40}$/.test(name))
      options.set(name, part.slice(at + 1, at + 1 + zkLimits.valueCharacters).trim());
  }
  return options;
}

export const looksLikeOptions = (text: string): boolean => /^~?[A-Za-z][A-Za-z0-9_]{0,40}=[^\t\n]*$/.test(text);

const firstOf = (options: ReadonlyMap<string, string>, ...names: readonly string[]): string | undefined =>
  names.map((name) => options.get(name)).find((value) => value !== undefined && value !== '');

/** What a terminal says of itself in its options. */
export function optionsIdentity(serial: string, options: ReadonlyMap<string, string>): DeviceIdentity {
  const model = firstOf(options, '~DeviceName', 'DeviceName');
  const firmware = firstOf(options, 'FWVersion', 'FirmVer');
  const mac = firstOf(options, 'MAC');
  return {
    serial,
    ...(model === undefined ? {} : { model }),
    ...(firmware === undefined ? {} : { firmware }),
    ...(mac === undefined ? {} : { mac }),
  };
}

export function optionsFacts(options: ReadonlyMap<string, string>): DeviceFacts {
  const firmware = firstOf(options, 'FWVersion', 'FirmVer');
  return firmware === undefined ? {} : { firmware };
}

/** Counts by the points' names; how full its memory is, where it tells its size. */
export function optionsReadings(options: ReadonlyMap<string, string>): readonly RawReading[] {
  const count = (point: string, name: string): readonly RawReading[] => {
    const raw = integerOf(options.get(name));
    return raw === undefined ? [] : [{ point, raw }];
  };
  return [
    ...count('users', 'UserCount'),
    ...count('faces', 'FaceCount'),
    ...count('records', 'TransactionCount'),
    ...count('locks', 'LockCount'),
  ];
}

/** `INFO=` of getrequest: firmware, users, fingerprints, records, address, … */
export function infoOf(text: string): { readonly facts: DeviceFacts; readonly readings: readonly RawReading[] } {
  const [firmware = '', users, , records] = text.split(',');
  const counts: readonly (readonly [string, number | undefined])[] = [
    ['users', integerOf(users)],
    ['records', integerOf(records)],
  ];
  return {
    facts: firmware.trim() === '' ? {} : { firmware: firmware.trim().slice(0, 64) },
    readings: counts.flatMap(([point, raw]) => (raw === undefined ? [] : [{ point, raw }])),
  };
}
