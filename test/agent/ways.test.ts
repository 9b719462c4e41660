/** The ways of a real network: three network namespaces, an agent's host, a router and a device behind it. */
import { execFileSync, spawnSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';

const tag = `cw${process.pid % 100_000}`;
const [agent, router, device] = [`${tag}a`, `${tag}r`, `${tag}d`];
const ip = (...words: readonly string[]): void => void execFileSync('ip', words, { stdio: 'pipe' });

function reasonToSkip(): string | undefined {
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  for (const program of ['ip', 'ping', 'sysctl'])
    if (spawnSync(program, ['-V']).error !== undefined) return `${program} is not installed`;
  const made = spawnSync('ip', ['netns', 'add', `${tag}x`]);
  if (made.status === 0) ip('netns', 'del', `${tag}x`);
  return made.status === 0 ? undefined : 'this kernel gives no network namespace';
}

const reason = reasonToSkip();

/** A cable between two namespaces, an address at each end. */
function cable(name: string, [one, oneAddress]: readonly [string, string], [two, twoAddress]: readonly [string, string]): void {
  ip('link', 'add', `${name}1`, 'netns', one, 'type', 'veth', 'peer', 'name', `${name}2`, 'netns', two);
  for (const [space, end, address] of [
    [one, `${name}1`, oneAddress],
    [two, `${name}2`, twoAddress],
  ] as const) {
    ip('-n', space, 'addr', 'add', `${address}/24`, 'dev', end);
    ip('-n', space, 'link', 'set', end, 'up');
  }
}

beforeAll(() => {
  if (reason !== undefined) return;
  for (const space of [agent, router, device]) ip('netns', 'add', space);
  cable(`${tag}v`, [agent, '10.201.1.2'], [router, '10.201.1.1']);
  cable(`${tag}w`, [router, '10.201.2.1'], [device, '10.201.2.2']);
  execFileSync('ip', ['netns', 'exec', router, 'sysctl', '-qw', 'net.ipv4.ip_forward=1']);
  ip('-n', agent, 'route', 'add', 'default', 'via', '10.201.1.1');
  ip('-n', device, 'route', 'add', 'default', 'via', '10.201.2.1');
});

afterAll(() => {
  if (reason === undefined) for (const space of [agent, router, device]) spawnSync('ip', ['netns', 'del', space]);
});

test.skipIf(reason !== undefined)(
  `an agent's host sees its neighbour's hardware address and the router before a device${reason === undefined ? '' : ` (${reason})`}`,
  () => {
    const asked = `
    import { createDriverIo } from '@cardwatch/drivers/io';
    import { neighbourhood } from './src/shell/neighbourhood.ts';
    import { systemClock } from './src/shell/clock.ts';
    const log = { log: () => undefined, child: () => log };
    const seen = neighbourhood(createDriverIo({ clock: systemClock, log }));
    const hops = [await seen.hop('10.201.2.2', 1), await seen.hop('10.201.2.2', 2), await seen.hop('10.201.2.77', 2)];
    console.log(JSON.stringify({ hops, arp: [...await seen.arp()] }));
  `;
    const answer = execFileSync('ip', ['netns', 'exec', agent, process.execPath, '--input-type=module-typescript', '-e', asked], {
      encoding: 'utf8',
      cwd: new URL('../../packages/agent', import.meta.url).pathname,
    });
    expect(JSON.parse(answer)).toEqual({
      hops: [{ kind: 'router', address: '10.201.1.1' }, { kind: 'arrived' }, { kind: 'silent' }],
      arp: [['10.201.1.1', expect.stringMatching(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/)]],
    });
  },
);
