/** A serial server with sixteen controllers behind it, on real sockets: its bus falls silent, or the server itself goes away, and comes back. */
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort, LittleSite, until } from './little-site.ts';

/** Issue: 25 s until a device is found. */
const foundMs = 25_000;
const heardAgainMs = 20_000;

/** Stands between agent and bus: passes on, swallows what comes, or is not there. */
class Tap {
  port = 0;
  swallowing = false;
  readonly #target: () => number;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  constructor(target: () => number) {
    this.#target = target;
  }

  async open(port: number): Promise<void> {
    this.port = port;
    const server = createServer((inner) => {
      const outer = connect({ port: this.#target(), host: '127.0.0.1' });
      for (const [from, to] of [
        [inner, outer],
        [outer, inner],
      ] as const) {
        this.#sockets.add(from);
        from.setNoDelay(true);
        from.on('data', (bytes) => {
          if (!this.swallowing) to.write(bytes);
        });
        from.on('error', () => undefined);
        from.on('close', () => {
          this.#sockets.delete(from);
          to.destroy();
        });
      }
    });
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    const server = this.#server;
    if (server !== undefined) await new Promise<void>((resolve) => server.close(() => resolve()));
  }
}

const units = Array.from({ length: 16 }, (_, index) => index + 1);

describe('a serial line with sixteen controllers', () => {
  const site = new LittleSite();
  const tap = new Tap(() => site.busPort);

  beforeAll(async () => {
    await site.open();
    await tap.open(await freePort());
    const links = [{ name: 'bus', kind: 'rtuOverTcp', host: '127.0.0.1', port: tap.port, connectTimeoutMs: 3_000 }];
    site.replace(
      site.text(
        links,
        units.map((unit) => ({ id: `yb-a-${unit}`, link: 'bus', unit })),
      ),
    );
    site.run();
    await site.online(16);
  });

  afterAll(async () => {
    await site.close();
    await tap.close();
  });

  const states = async (): Promise<readonly { readonly state: string; readonly cause?: string }[]> =>
    (await site.status()).devices as never;
  const offline = async (): Promise<boolean> => (await states()).every(({ state }) => state === 'offline');
  /** Right after a silence a device that answers may count as losing polls, or as selling offline: it is heard. */
  const heard = async (): Promise<boolean> =>
    (await states()).every(({ state }) => ['online', 'degraded', 'sellingOffline'].includes(state));
  const took = async (what: Promise<void>): Promise<number> => {
    const begun = performance.now();
    await what;
    return performance.now() - begun;
  };

  test.each([
    [
      'the bus behind it falls silent',
      () => {
        tap.swallowing = true;
        return Promise.resolve();
      },
      () => {
        tap.swallowing = false;
        return Promise.resolve();
      },
    ],
    ['the server goes away', () => tap.close(), () => tap.open(tap.port)],
  ] as const)('%s: all are found within 25 s as their line’s, and heard again within 20 s', async (_, cut, heal) => {
    await cut();
    expect(await took(until(offline, foundMs + 20_000, 'all are offline'))).toBeLessThan(foundMs);
    await until(async () => (await states()).every(({ cause }) => cause === 'unreachableParent'), 10_000, 'the cause of all');
    expect(site.said).toMatch(/lineSilent/);
    const page = await (await fetch(`http://127.0.0.1:${site.statusPort}/`)).text();
    expect(page).toMatch(/线路无声 Lines of which nobody is heard: bus/);
    await heal();
    expect(await took(until(heard, heardAgainMs + 20_000, 'all are heard'))).toBeLessThan(heardAgainMs);
  });
});
