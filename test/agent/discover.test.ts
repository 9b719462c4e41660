/** `cardwatch-agent discover`, as a process: what it proposes is YAML that the agent takes, and nothing is written. */
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { protocolNames, protocolOf } from '@cardwatch/drivers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { proposalText } from '../../packages/agent/src/probe/proposals.ts';
import { runCommand } from './command.ts';
import { LittleSite } from './little-site.ts';

const site = new LittleSite();
beforeAll(() => site.open(), 60_000);
afterAll(() => site.close());

interface Proposed {
  readonly links: readonly Readonly<Record<string, unknown>>[];
  readonly devices: readonly Readonly<Record<string, unknown>>[];
}

describe('discover', () => {
  test('is there for every protocol that can search, with what it asks of whom', async () => {
    const { code, out } = await runCommand(['discover', '--help']);
    const searching = protocolNames.filter((name) => protocolOf(name)?.searches === true);
    expect([code, searching.length]).toEqual([0, 4]);
    for (const name of searching) expect(out).toMatch(new RegExp(`^ {2}${name} `, 'm'));
  });

  test('units on a wire become a link and devices that the configuration takes', { timeout: 60_000 }, async () => {
    const before = readdirSync(site.folder).sort();
    const words = ['--host', '127.0.0.1', '--port', String(site.busPort), '--from', '1', '--to', '3', '--pause-ms', '0'];
    const { code, out, err } = await runCommand(['discover', 'modbus', ...words]);
    const { links, devices } = parse(out) as Proposed;
    expect(links).toMatchObject([{ name: 'found-modbus-1', kind: 'rtuOverTcp', host: '127.0.0.1', port: site.busPort }]);
    expect(devices.map(({ unit, link }) => [unit, link])).toEqual([1, 2, 3].map((unit) => [unit, 'found-modbus-1']));
    expect(out.match(/^ {2}# .+$/gm)?.length).toBeGreaterThanOrEqual(3);
    expect(err.trim().split('\n')).toHaveLength(3);
    expect(code).toBe(0);
    expect(readdirSync(site.folder).sort()).toEqual(before);
    const profile = 'modbus/cardwatch/ring-shower';
    const complete = devices.map((device) => ({ ...device, profile, place: { campus: 'yb' } }));
    site.put('agent.yaml', site.text(links as never, complete as never));
    expect(await runCommand(['check', '-c', site.config])).toMatchObject({ code: 0, err: '' });
  });

  test('nothing found is 1, asked wrongly is 2', { timeout: 60_000 }, async () => {
    const none = ['--host', '127.0.0.1', '--port', String(site.busPort), '--from', '90', '--to', '91', '--pause-ms', '0'];
    const found = await runCommand(['discover', 'modbus', ...none]);
    expect([found.code, found.out]).toEqual([1, expect.stringContaining('nothing was found')]);
    expect(await runCommand(['discover', 'modbus', '--port', 'many'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('--port'),
    });
  });

  test('secrets come from a file of mode 0600, never from the words of a command', { timeout: 60_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cardwatch-discover-'));
    const file = join(folder, 'switch.yaml');
    writeFileSync(file, 'community: hidden-word\n');
    chmodSync(file, 0o644);
    const help = await runCommand(['discover', 'snmp', '--help']);
    expect(help.out).toMatch(/--credentials <file>.*0600/s);
    expect(help.out).not.toMatch(/--community|--auth-key|--priv-key/);
    const wide = await runCommand(['discover', 'snmp', '--host', '127.0.0.1', '--credentials', file]);
    expect([wide.code, wide.err]).toEqual([2, expect.stringContaining('0600')]);
    chmodSync(file, 0o600);
    writeFileSync(file, 'hidden-word: 1\n');
    const odd = await runCommand(['discover', 'snmp', '--host', '127.0.0.1', '--credentials', file]);
    expect([odd.code, odd.err]).toEqual([2, expect.stringContaining('community')]);
    expect(`${wide.err}${odd.err}`).not.toContain('hidden-word');
    rmSync(folder, { recursive: true });
  });
});

test('what a device says of itself cannot break out of its comment', () => {
  const link = { kind: 'snmp', port: 161 };
  const evil = 'switch\n  evil: true\u2028# \u001b[2J\u202eabc';
  const text = proposalText('snmp', [
    { link, device: { host: '10.0.0.2' }, profiles: ['snmp/generic/poe-switch', 'snmp/generic/ups'], evidence: evil },
    { link, device: { host: '10.0.0.3', note: 'a: b\n- c' }, profiles: [], evidence: 'x' },
  ]);
  for (const char of ['\u001b', '\u2028', '\u202e']) expect(text).not.toContain(char);
  const { links, devices } = parse(text) as Proposed;
  expect(links).toEqual([{ name: 'found-snmp-1', kind: 'snmp', port: 161 }]);
  expect(devices).toMatchObject([
    { profile: 'snmp/generic/poe-switch', link: 'found-snmp-1', host: '10.0.0.2' },
    { profile: '?', host: '10.0.0.3', note: 'a: b\n- c' },
  ]);
  expect(text).toContain('# 也可能 or: snmp/generic/ups');
});
