import { ok } from '@cardwatch/kernel';
import type { Driver } from '../contract.ts';
import type { LinePool } from '../line/pool.ts';
import { ModbusConnection, lineKey } from './connection.ts';
import { ModbusProfile } from './model.ts';
import { modbusIdentify, modbusPoll } from './session.ts';
import { transportFor } from './transport-for.ts';
import type { ModbusTransport } from './transport.ts';

/** Modbus devices on a serial port, behind a transparent serial server, or by Modbus/TCP. */
export function modbusDriver(lines: LinePool): Driver<ModbusConnection, ModbusProfile> {
  return {
    protocol: 'modbus',
    connection: ModbusConnection,
    profile: ModbusProfile,
    lineKey,
    open: async (connection, profile, io) => {
      const share = lines.share(lineKey(connection), io);
      const closing = new AbortController();
      const transport = until(closing.signal, await transportFor(connection, share.line, io));
      const poll = modbusPoll(profile, transport, { retries: connection.retries }, io);
      const identify = modbusIdentify(profile, transport, { retries: connection.retries });
      const close = (): Promise<void> => {
        closing.abort();
        return share.release();
      };
      return ok({ poll, ...(identify === undefined ? {} : { identify }), line: share.line.counters, close });
    },
  };
}

/** The line may live on for other devices: requests of a closed session end at once and none is begun. */
const until = (closed: AbortSignal, transport: ModbusTransport): ModbusTransport => ({
  counters: transport.counters,
  exchange: (request, signal) => transport.exchange(request, signal === undefined ? closed : AbortSignal.any([signal, closed])),
});
