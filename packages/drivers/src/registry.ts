import type { Random } from '@cardwatch/kernel';
import type { z } from 'zod';
import type { Driver } from './contract.ts';
import { LinePool } from './line/pool.ts';
import { modbusDriver } from './modbus/driver.ts';
import { ModbusProfile } from './modbus/model.ts';
import type { CommonProfile } from './profile.ts';

/**
 * A driver whose connection and profile types are known to itself alone. What is handed to `lineKey` and `open` must have come out
 * of this driver's own `connection` and `profile` schemas.
 */
export type AnyDriver = Driver<unknown, CommonProfile>;

/** Everything that is known of a protocol without opening a line. One line per protocol. */
const protocols = {
  modbus: { profile: ModbusProfile, driver: modbusDriver },
} as const;

export type Protocol = keyof typeof protocols;

export const protocolNames: readonly string[] = Object.keys(protocols);

/** Schema of the profiles of a protocol; undefined when there is no such protocol. */
export const profileSchemaOf = (protocol: string): z.ZodType<CommonProfile> | undefined =>
  Object.hasOwn(protocols, protocol) ? protocols[protocol as Protocol].profile : undefined;

/** All drivers by protocol. They share one pool of lines, so that two protocols can live on one wire. `random` jitters re-opening. */
export function createRegistry(random: Random): ReadonlyMap<string, AnyDriver> {
  const lines = new LinePool(random);
  return new Map(Object.entries(protocols).map(([name, { driver }]) => [name, driver(lines) as AnyDriver]));
}
