import { ok } from '@cardwatch/kernel';
import type { Driver } from '../contract.ts';
import { SnmpConnection, accessOf, lineKey } from './connection.ts';
import { identityOf } from './identity.ts';
import { DeviceMemory } from './memory.ts';
import { SnmpProfile } from './model.ts';
import { SnmpReader } from './reader.ts';
import { SnmpPoll } from './session.ts';

/** Devices whose past is remembered; beyond it the oldest is forgotten. */
const memoriesMax = 4_000;

/** Switches, UPS and serial servers by SNMP v2c or v3: one socket per device. */
export function snmpDriver(): Driver<SnmpConnection, SnmpProfile> {
  const memories = new Map<string, DeviceMemory>();
  return {
    protocol: 'snmp',
    connection: SnmpConnection,
    profile: SnmpProfile,
    lineKey,
    open: async (connection, profile, io) => {
      const { host, port, version, credentials, timeoutMs, retries, maxRepetitions, watchPorts } = connection;
      const opened = await io.openSnmp({ host, port, access: accessOf(version, credentials), timeoutMs, retries });
      if (!opened.ok) return opened;
      const peer = opened.value;
      const memory = memoryOf(memories, `${lineKey(connection)} ${profile.profile}`);
      const poll = new SnmpPoll({ profile, peer, memory, watchPorts, maxRepetitions }, io);
      const plan = profile.identity;
      const identify = (signal: AbortSignal) =>
        identityOf(plan ?? { serial: '' }, new SnmpReader(peer, maxRepetitions, io), signal);
      const close = (): Promise<void> => {
        peer.close();
        return Promise.resolve();
      };
      return ok({ poll, ...(plan === undefined ? {} : { identify }), close });
    },
  };
}

function memoryOf(memories: Map<string, DeviceMemory>, key: string): DeviceMemory {
  const held = memories.get(key);
  if (held !== undefined) return held;
  const [oldest] = memories.keys();
  if (memories.size >= memoriesMax && oldest !== undefined) memories.delete(oldest);
  const made = new DeviceMemory();
  memories.set(key, made);
  return made;
}
