/** A real serial port on a pseudo terminal: 2400 and 9600 in turn, by a change of rate in the open port and by opening it anew. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type AnyDriver, type Session, createRegistry, loadProfile } from '@cardwatch/drivers';
import { createDriverIo } from '@cardwatch/drivers/io';
import { profileRoot } from '@cardwatch/firmware-protocols';
import { SeededRandom, fromHex, silentLogger, toHex } from '@cardwatch/kernel';
import { afterEach, describe, expect, test } from 'vitest';
import { type Rate } from '../../../packages/simulators/src/meters/slave.ts';
import { Wire } from '../../../packages/simulators/src/meters/wire.ts';
import { python } from '../peer.ts';
import { realClock } from '../real-clock.ts';
import { type Station, stations } from './virtual-line.ts';

const script = fileURLToPath(new URL('pty-line.py', import.meta.url));
const rounds = 3;
const children: ChildProcessWithoutNullStreams[] = [];
const closing: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  for (const child of children.splice(0)) child.kill();
});

/** The wire of the simulated slaves behind a pseudo terminal. A pty tells the rate and no parity. */
async function ptyLine(list: readonly Station[]): Promise<string> {
  const child = spawn(python, [script]);
  children.push(child);
  const wire = new Wire({
    clock: realClock,
    random: new SeededRandom(5),
    slaves: list.map(({ slave }) => slave),
    paced: true,
    send: (bytes, rate) => void child.stdin.write(`${rate.baudRate} ${toHex(bytes)}\n`),
  });
  closing.push(() => wire.close());
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    const lines = createInterface({ input: child.stdout });
    lines.once('line', (path) => {
      lines.on('line', (line) => hear(wire, line));
      resolve(path);
    });
  });
}

function hear(wire: Wire, line: string): void {
  const [baud = '', hex = ''] = line.split(' ');
  const rate: Rate = { baudRate: Number(baud), parity: 'even' };
  wire.hear(fromHex(hex) ?? new Uint8Array(), rate);
}

async function open(
  registry: ReadonlyMap<string, AnyDriver>,
  station: Station,
  path: string,
  parity: 'even' | 'none',
): Promise<Session> {
  const driver = registry.get(station.protocol);
  const profile = typeof station.profile === 'string' ? await loadProfile(profileRoot, station.profile) : undefined;
  if (driver === undefined || profile?.ok === false) throw new Error('a driver and a profile');
  const link = { kind: 'serial', path, parity, replyTimeoutMs: 500, retries: 0, gapMs: 20 };
  const io = createDriverIo({ clock: realClock, log: silentLogger });
  const opened = await driver.open(
    driver.connection.parse({ ...link, ...station.device }),
    profile?.value ?? driver.profile.parse(station.profile),
    io,
  );
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  closing.push(() => opened.value.close());
  return opened.value;
}

describe.skipIf(!existsSync(python))('two rates on one serial port (needs python3)', () => {
  test.each([
    ['8E1 and 8E1: the rate is changed in the open port', 'even'],
    ['8E1 and 8N1: the port is opened anew', 'none'],
  ] as const)(
    '%s',
    async (_, parity) => {
      const list = stations({ cjt188: 1, dlt645: 1, modbus: 1 });
      const path = await ptyLine(list);
      const registry = createRegistry(new SeededRandom(1));
      const sessions: Session[] = [];
      for (const station of list) sessions.push(await open(registry, station, path, parity));
      const signal = new AbortController().signal;
      let right = 0;
      for (let round = 0; round < rounds; round++)
        for (const [index, session] of sessions.entries()) {
          const observed = await session.poll?.run('live', signal);
          const raw =
            observed?.ok === true ? observed.value.readings.find(({ point }) => point === list[index]?.point)?.raw : observed;
          expect(raw).toEqual(list[index]?.value ?? expect.any(Number));
          right++;
        }
      expect(right).toBe(3 * rounds);
      const line = sessions[0]?.line;
      // 2400 to 9600 and back in each round, but for the first opening.
      expect(line?.retunes).toBe(2 * rounds - 1);
      expect(line).toMatchObject({ timeouts: 0, crcErrors: 0, wrongSlave: 0 });
      const settleMs = (line?.retuneMs ?? 0) / (line?.retunes ?? 1);
      expect(settleMs).toBeLessThan(200);
    },
    60_000,
  );
});
