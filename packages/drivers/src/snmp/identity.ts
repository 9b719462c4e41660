import { type Result, err, ok, toHex } from '@cardwatch/kernel';
import type { DeviceIdentity, DriverFailure, SnmpValue } from '../contract.ts';
import type { SnmpProfile } from './model.ts';
import type { SnmpReader } from './reader.ts';
import { macOf } from './table.core.ts';
import { octetsText } from './topology.core.ts';

/** Who answers, by the ids of the profile. `unsupported` when the device tells no serial. */
export async function identityOf(
  plan: NonNullable<SnmpProfile['identity']>,
  reader: SnmpReader,
  signal: AbortSignal,
): Promise<Result<DeviceIdentity, DriverFailure>> {
  const oids = [plan.serial, plan.model, plan.firmware, plan.mac].filter((oid) => oid !== undefined);
  const read = await reader.scalars(oids, signal);
  if (!read.ok) return read;
  const at = (oid: string | undefined): SnmpValue => (oid === undefined ? undefined : read.value.values.get(oid));
  const octets = at(plan.mac);
  const mac = octets instanceof Uint8Array ? macOf(octets) : undefined;
  const serial = wordOf(at(plan.serial)) ?? mac;
  if (serial === undefined) return err({ kind: 'unsupported', detail: 'the device tells no serial number' });
  return ok({
    serial,
    ...given('model', wordOf(at(plan.model))),
    ...given('firmware', wordOf(at(plan.firmware))),
    ...given('mac', mac),
  });
}

/** Text, an address, or for any other octets their hex. */
function wordOf(value: SnmpValue): string | undefined {
  const text = octetsText(value);
  if (text !== undefined) return text === '' ? undefined : text;
  return value instanceof Uint8Array ? toHex(value.subarray(0, 32)) : undefined;
}

const given = <K extends string>(key: K, value: string | undefined): { readonly [P in K]?: string } =>
  (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: string };
