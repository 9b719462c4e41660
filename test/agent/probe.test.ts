/** `cardwatch-agent probe`, as a process, beside simulated controllers: what it says of a sound device and of each thing that can be wrong. */
import { createServer, type Server } from 'node:net';
import { isapiAccount } from '@cardwatch/simulators';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { runCommand } from './command.ts';
import { freePort, LittleSite } from './little-site.ts';

const site = new LittleSite();
let mute: Server | undefined;

const isapi = 'isapi/hikvision/ds-k1t';
const fast = { replyTimeoutMs: 300, retries: 0, connectTimeoutMs: 1_000, deadlineMs: 3_000 };

let gatePort = 0;

beforeAll(async () => {
  gatePort = await freePort();
  const address = '127.0.0.1';
  const gates = [{ deviceId: 'gate-1', name: 'gate-1', profile: isapi, place: { campus: 'yb' }, address }];
  await site.open([{ kind: 'isapi', name: 'gates', agent: 'yb-a', port: gatePort, devices: gates }]);
  site.put('gates.yaml', stringify(isapiAccount));
  site.put('forgotten.yaml', stringify({ ...isapiAccount, password: 'Forgotten-1' }));
  mute = createServer(() => undefined);
  const mutePort = await new Promise<number>((resolve) => {
    mute?.listen(0, '127.0.0.1', () => {
      const address = mute?.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  const host = '127.0.0.1';
  site.replace(
    site.text(
      [
        { name: 'bus', kind: 'rtuOverTcp', host, port: site.busPort, ...fast },
        { name: 'gateway', kind: 'modbusTcp', host, port: site.gatewayPort, ...fast },
        { name: 'gateway-as-wire', kind: 'rtuOverTcp', host: 'localhost', port: site.gatewayPort, ...fast },
        { name: 'bus-as-gateway', kind: 'modbusTcp', host: 'localhost', port: site.busPort, ...fast },
        { name: 'closed', kind: 'modbusTcp', host, port: await freePort(), ...fast },
        { name: 'mute', kind: 'modbusTcp', host, port: mutePort, ...fast },
        { name: 'gates', kind: 'isapi', port: gatePort, credentials: 'gates.yaml' },
        { name: 'forgotten', kind: 'isapi', port: gatePort, credentials: 'forgotten.yaml' },
        { name: 'gates-off', kind: 'isapi', port: await freePort(), credentials: 'gates.yaml' },
        { name: 'push', kind: 'zkpush', listen: { host, port: await freePort() } },
        { name: 'no-port', kind: 'serial', path: '/dev/cardwatch-none', replyTimeoutMs: 300 },
      ],
      [
        { id: 'sound', link: 'bus', unit: 1 },
        { id: 'behind', link: 'gateway', unit: 2 },
        { id: 'wrong-unit', link: 'bus', unit: 99 },
        { id: 'wrong-mode', link: 'gateway-as-wire', unit: 3 },
        { id: 'wrong-mode-too', link: 'bus-as-gateway', unit: 3 },
        { id: 'refused', link: 'closed', unit: 1 },
        { id: 'mute', link: 'mute', unit: 1 },
        { id: 'no-adapter', link: 'no-port', unit: 1 },
        { id: 'gate', link: 'gates', host, profile: isapi },
        { id: 'other-gate', link: 'gates-off', host, profile: isapi },
        { id: 'wrong-password', link: 'forgotten', host: 'localhost', profile: isapi },
        { id: 'never-dials', link: 'push', serial: 'CKJG260100001', profile: 'zkpush/cardwatch/attendance-gate' },
        { id: 'wrong-model', link: 'gateway', unit: 5, profile: 'modbus/cardwatch/plain-shower' },
      ],
    ),
  );
}, 60_000);

afterAll(async () => {
  mute?.close();
  await site.close();
});

const probe = (device: string, ...more: string[]) => runCommand(['probe', device, '-c', site.config, ...more]);

describe('probe', () => {
  test('a sound device: address, time, readings, facts, and the records stay where they are', async () => {
    for (const lang of ['zh', 'en']) {
      const { code, out } = await probe('sound', '--lang', lang);
      expect([code, out]).toEqual([0, expect.stringContaining(lang === 'zh' ? '结果：正常' : 'result: well')]);
      for (const words of [
        'unit 1',
        lang === 'zh' ? '应答时间' : 'reply time',
        lang === 'zh' ? '未采流水' : 'records not collected',
      ])
        expect(out).toContain(words);
    }
    const { out } = await probe('behind', '--json');
    const report = JSON.parse(out) as Readonly<Record<string, unknown>>;
    expect(report).toMatchObject({ deviceId: 'behind', protocol: 'modbus', connection: { kind: 'modbusTcp', unit: 2 } });
    expect((report.readings as unknown[]).length).toBeGreaterThan(3);
  });

  test('a gate: who it is, and no password in what is said', async () => {
    const { out } = await probe('gate', '--lang', 'en', '--wait', '3');
    expect(out).toMatch(/open: good/);
    expect(out).toMatch(/serial number: DS-K1T671M20260101V010700ENA00000001/);
    const { out: json } = await probe('gate', '--json', '--wait', '1');
    expect(`${out}${json}`).not.toMatch(new RegExp(`${isapiAccount.password}|Forgotten`));
    expect(JSON.parse(json)).toMatchObject({ identity: { serial: expect.stringContaining('DS-K1T671M') } });
  });

  test.each([
    ['wrong-unit', /the device did not answer.*check the address/s],
    ['wrong-mode', /wrong port mode: as modbusTcp it answers/],
    ['wrong-mode-too', /wrong port mode: as rtuOverTcp it answers/],
    ['refused', /cannot be reached.*ECONNREFUSED.*nothing listens on the port/s],
    ['mute', /did not answer within \d+ ms.*unit number/s],
    ['other-gate', /cannot be reached.*nothing listens on the port/s],
    ['wrong-password', /the device is online; user, password or key is wrong.*credentials file/s],
    ['never-dials', /listen: the way is open, but the device did not answer within 2000 ms.*given the address of this machine/s],
    ['no-adapter', /cannot be reached.*no such serial port/s],
    ['wrong-model', /the device answered and refused, code 1.*profile/s],
  ])('%s ends with 1 and says why', async (device, words) => {
    const { code, out, err } = await probe(device, '--lang', 'en', '--wait', '2');
    expect([code, err]).toEqual([1, '']);
    expect(out).toMatch(words);
    expect(out).toContain('result: not well');
  });

  test('a device that is not configured, and a broken file, end with 2', async () => {
    expect(await probe('nobody')).toMatchObject({ code: 2, err: expect.stringContaining('no device nobody') });
    expect((await runCommand(['probe', 'sound', '-c', '/nowhere.yaml'])).code).toBe(2);
  });
});
