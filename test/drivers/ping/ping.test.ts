/** The ping driver with the real programs, against this machine. */
import { spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { createRegistry, loadProfile, type Session } from '@cardwatch/drivers';
import { createDriverIo } from '@cardwatch/drivers/io';
import { profileRoot } from '@cardwatch/firmware-protocols';
import { SeededRandom, silentLogger } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { realClock } from '../real-clock.ts';

const works = (program: string, words: readonly string[]): boolean =>
  spawnSync(program, [...words], { timeout: 5_000 }).status === 0;
const hasFping = works('fping', ['-c', '1', '-q', '127.0.0.1']);
const hasPing = works('ping', ['-c', '1', '-q', '127.0.0.1']);
const signal = new AbortController().signal;

async function profile() {
  const loaded = await loadProfile(profileRoot, 'ping/generic/host');
  if (!loaded.ok) throw new Error('a profile');
  return loaded.value;
}

function bench() {
  const real = createDriverIo({ clock: realClock, log: silentLogger });
  const calls: string[] = [];
  const io = {
    ...real,
    runProgram: (call: Parameters<typeof real.runProgram>[0]) => {
      calls.push(`${call.program} ${call.words.slice(call.words.indexOf('--') + 1).length}`);
      return real.runProgram(call);
    },
  };
  const driver = createRegistry(new SeededRandom(1)).get('ping');
  if (driver === undefined) throw new Error('a driver');
  const open = async (connection: Readonly<Record<string, unknown>>): Promise<Session> => {
    const opened = await driver.open(driver.connection.parse({ kind: 'ping', ...connection }), await profile(), io);
    if (!opened.ok) throw new Error('a session');
    return opened.value;
  };
  return { open, calls };
}

const points = async (session: Session): Promise<Record<string, unknown>> => {
  const observed = await session.poll?.run('burst', signal);
  if (observed?.ok !== true) return { failure: observed?.error.kind };
  return Object.fromEntries(observed.value.readings.map(({ point, raw }) => [point, raw]));
};

describe.skipIf(!hasFping)('fping (skipped where it is not installed)', () => {
  test('five hosts that are due together share one call', async () => {
    const { open, calls } = bench();
    const hosts = [1, 2, 3, 4, 5].map((last) => `127.0.0.${last}`);
    const sessions = await Promise.all(hosts.map((host) => open({ host, program: 'fping' })));
    const all = await Promise.all(sessions.map(points));
    expect(calls).toEqual(['fping 5']);
    expect(all.map(({ loss }) => loss)).toEqual([0, 0, 0, 0, 0]);
    expect(all.filter(({ rtt }) => typeof rtt === 'number' && rtt >= 0 && rtt < 100)).toHaveLength(5);
  });
});

describe.skipIf(!hasPing)('ping (skipped where it is not installed)', () => {
  test('one host', async () => {
    const { open, calls } = bench();
    const read = await points(await open({ host: '127.0.0.1', program: 'ping' }));
    expect(calls).toEqual(['ping 1']);
    expect(read).toMatchObject({ loss: 0, rtt: expect.any(Number), jitter: expect.any(Number) });
  });

  test('a port that is open, and one that refuses', async () => {
    const { open } = bench();
    let clients = 0;
    const server = createServer(() => clients++);
    const tcpPort = await new Promise<number>((resolve) =>
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      }),
    );
    const session = await open({ host: '127.0.0.1', program: 'ping', tcpPort });
    expect(await points(session)).toMatchObject({ tcp: 1 });
    expect(clients).toBe(1);
    await new Promise((resolve) => server.close(resolve));
    expect(await points(session)).toMatchObject({ tcp: 2 });
  });
});
