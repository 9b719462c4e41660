/**
 * Finds the units of a Modbus line or gateway: one small read of register 0 each, with a pause between. Any answer of the unit, an exception included, says
 * that it is there; silence and a gateway's own exceptions say that it is not. Reads only.
 */
import { z } from 'zod';
import type { Discovery, DriverFailure, DriverIo, Proposal } from '../contract.ts';
import { pause, saysWhere, scanLine, scanLink, whereMissing, wireScanShape } from '../line/scan-options.ts';
import { ModbusConnection, lineKey } from './connection.ts';
import { transportFor } from './transport-for.ts';
import type { ModbusTransport } from './transport.ts';

const unit = z.coerce.number().pipe(z.int().min(1).max(247));

const Options = z
  .strictObject({
    ...wireScanShape,
    /** Modbus/TCP instead of RTU in a TCP stream. */
    mbap: z.preprocess((value) => value === true || value === 'true', z.boolean()).default(false),
    from: unit.default(1),
    to: unit.default(32),
    /** Register that is asked for, by FC 03. */
    register: z.coerce.number().pipe(z.int().min(0).max(0xffff)).default(0),
  })
  .refine((options) => saysWhere(options) || (options.mbap && options.host !== undefined), whereMissing);
type Options = z.infer<typeof Options>;

export const modbusDiscovery: Discovery = {
  about: {
    zh: '逐个站号读一个保持寄存器，有应答（含异常码）即视为在线；只读不写，两次之间有停顿',
    en: 'Reads one holding register of each unit in turn; any answer, an exception included, is a device; reads only, with pauses',
  },
  options: Options,
  run: (options, io, signal) => scan(Options.parse(options), io, signal),
};

function linkOf(options: Options): Readonly<Record<string, unknown>> | undefined {
  if (!options.mbap) return scanLink(options, 9_600);
  if (options.host === undefined) return undefined;
  return { kind: 'modbusTcp', host: options.host, port: options.port ?? 502, replyTimeoutMs: options.replyTimeoutMs };
}

async function* scan(options: Options, io: DriverIo, signal: AbortSignal): AsyncIterable<Proposal> {
  const link = linkOf(options);
  if (link === undefined) return;
  const { replyTimeoutMs: _search, ...yaml } = link;
  const line = scanLine(lineKey(ModbusConnection.parse({ ...link, unit: 1 })), io);
  try {
    for (let asked = options.from; asked <= options.to && !signal.aborted; asked++) {
      const connection = ModbusConnection.parse({ ...link, unit: asked });
      const evidence = await hear(await transportFor(connection, line, io), options.register, signal);
      if (evidence !== undefined)
        yield { link: yaml, device: { unit: asked }, profiles: proposed, evidence: `unit ${asked} ${evidence}` };
      await pause(options.pauseMs, io, signal);
    }
  } finally {
    await line.close();
  }
}

const proposed = ['modbus/cardwatch/ring-shower', 'modbus/cardwatch/plain-shower', 'modbus/cardwatch/file-shower'];

async function hear(transport: ModbusTransport, register: number, signal: AbortSignal): Promise<string | undefined> {
  const reply = await transport.exchange({ fc: 3, address: register, quantity: 1 }, signal);
  if (reply.ok) return `answered a read of register ${register} in ${Math.round(reply.value.rttMs)} ms`;
  return told(reply.error, register);
}

const told = (failure: DriverFailure, register: number): string | undefined =>
  failure.kind === 'refused' ? `refused register ${register} with exception ${failure.deviceCode}, ${failure.detail}` : undefined;
