import { VirtualClock, ok, silentLogger } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import type { DriverIo, Proposal, SnmpTarget } from '../contract.ts';
import { SnmpTable, closedDoors, scriptedStart } from '../scripted/index.ts';
import { snmpDiscovery } from './discovery.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function switchTable(): SnmpTable {
  const table = new SnmpTable();
  table.set('1.3.6.1.2.1.1.5.0', bytes('D7-ACC-1'));
  table.set('1.3.6.1.2.1.1.1.0', bytes('Example switch'));
  for (const no of [1, 2, 3]) {
    table.set(`1.3.6.1.2.1.31.1.1.1.1.${100 + no}`, bytes(`port ${no}`));
    table.set(`1.3.6.1.2.1.17.1.4.1.2.${no}`, 100 + no);
  }
  table.set('1.3.6.1.2.1.17.7.1.2.2.1.2.70.2.0.94.16.7.1', 1);
  table.set('1.3.6.1.2.1.17.7.1.2.2.1.2.70.2.0.94.16.7.2', 2);
  table.set('1.3.6.1.2.1.17.7.1.2.2.1.2.1.2.0.94.16.170.1', 3);
  table.set('1.0.8802.1.1.2.1.4.1.1.5.0.3.1', Uint8Array.of(2, 0, 0x5e, 0x10, 0xaa, 1));
  table.set('1.0.8802.1.1.2.1.4.1.1.9.0.3.1', bytes('D7-AGG'));
  table.set('1.3.6.1.2.1.4.22.1.2.5.10.7.1.21', Uint8Array.of(2, 0, 0x5e, 0x10, 7, 1));
  return table;
}

async function discover(tables: Readonly<Record<string, SnmpTable>>, options: Readonly<Record<string, unknown>>) {
  const targets: SnmpTarget[] = [];
  const io: DriverIo = {
    ...closedDoors,
    clock: new VirtualClock(scriptedStart),
    log: silentLogger,
    openSnmp: (target) => {
      targets.push(target);
      return Promise.resolve(ok(tables[target.host] ?? new SnmpTable()));
    },
  };
  const found: Proposal[] = [];
  for await (const proposal of snmpDiscovery.run(options, io, new AbortController().signal)) found.push(proposal);
  return { found, targets };
}

describe('discovery', () => {
  test('the switch, its neighbour, and its stations with port, VLAN and, where known, address', async () => {
    const table = switchTable();
    const { found } = await discover({ '10.7.1.2': table }, { host: '10.7.1.2', community: 'x' });
    expect(found.map(({ evidence }) => evidence)).toEqual([
      '10.7.1.2 answers SNMP: Example switch',
      'neighbour D7-AGG on port 3 of D7-ACC-1',
      'station 02:00:5e:10:07:01 on port 1 of D7-ACC-1, VLAN 70, 10.7.1.21',
      'station 02:00:5e:10:07:02 on port 2 of D7-ACC-1, VLAN 70, address not known',
    ]);
    expect(found.map(({ link, device }) => [link['kind'], device['host']])).toEqual([
      ['snmp', '10.7.1.2'],
      ['snmp', undefined],
      ['ping', '10.7.1.21'],
      ['ping', undefined],
    ]);
    expect(table.closed).toBe(true);
  });

  test("a router's ARP table completes it", async () => {
    const router = new SnmpTable();
    router.set('1.3.6.1.2.1.4.22.1.2.9.10.7.1.22', Uint8Array.of(2, 0, 0x5e, 0x10, 7, 2));
    const tables = { '10.7.1.2': switchTable(), '10.7.0.1': router };
    const { found } = await discover(tables, { host: '10.7.1.2', community: 'x', router: '10.7.0.1' });
    expect(found.map(({ device }) => device['host'])).toEqual(['10.7.1.2', undefined, '10.7.1.21', '10.7.1.22']);
    expect(router.closed).toBe(true);
  });

  test('no community ever stands in a proposal', async () => {
    const { found } = await discover({ '10.7.1.2': switchTable() }, { host: '10.7.1.2', community: 'secret-of-the-site' });
    expect(JSON.stringify(found)).not.toContain('secret');
    expect(found.length).toBe(4);
  });

  const wrong: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
    ['no community', { host: '10.7.1.2' }],
    ['a name', { host: 'switch' }],
    ['v3 without a user', { host: '10.7.1.2', version: '3' }],
  ];
  test.each(wrong)('%s is refused', async (_, options) => {
    await expect(discover({}, options)).rejects.toThrow();
  });
  test('visits every row', () => expect(wrong).toHaveLength(3));
});
