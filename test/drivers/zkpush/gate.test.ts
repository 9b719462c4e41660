/** The ZKTeco driver on a real port: what it answers, and when. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Bench, zkBench } from './bench.ts';

const serial = 'CKJG260100001';
const attlog = (stamp: number): string => `/iclock/cdata?SN=${serial}&table=ATTLOG&Stamp=${stamp}`;
const hello = `/iclock/cdata?SN=${serial}&options=all&pushver=2.4.1&language=83`;
const line = (pin: string, second: number): string =>
  `${pin}\t2026-11-23 07:01:${String(second).padStart(2, '0')}\t0\t15\t0\t0\t0\n`;

let bench: Bench;
beforeEach(async () => {
  bench = await zkBench();
});
afterEach(() => bench.close());

describe('attendance family', () => {
  test('the ack counts the lines, and the next hello gives back the stamp', async () => {
    const { sink } = await bench.open('attendance', serial);
    expect((await bench.get(hello)).text).toContain('ATTLOGStamp=None');
    expect(await bench.post(attlog(77), line('0012', 1) + line('2023070101', 2))).toEqual({ status: 200, text: 'OK: 2' });
    expect(sink.passes.map(({ personNo, result, method, direction }) => [personNo, result, method, direction])).toEqual([
      ['0012', 'granted', 'face', 'in'],
      ['2023070101', 'granted', 'face', 'in'],
    ]);
    expect((await bench.get(hello)).text).toContain('ATTLOGStamp=77\r\n');
  });

  test('what is not taken is not acknowledged and moves no stamp', async () => {
    const { sink } = await bench.open('attendance', serial);
    sink.accept = () => false;
    expect(await bench.post(attlog(5), line('1', 1))).toEqual({ status: 503, text: '' });
    sink.accept = () => true;
    expect((await bench.get(hello)).text).toContain('ATTLOGStamp=None');
    expect((await bench.post(attlog(5), line('1', 1))).text).toBe('OK: 1');
    expect(sink.passes).toHaveLength(1);
  });

  test('a batch that comes again is acknowledged in full and kept once', async () => {
    const { sink } = await bench.open('attendance', serial);
    const first = line('1', 1) + line('2', 2) + line('3', 3);
    expect((await bench.post(attlog(3), first)).text).toBe('OK: 3');
    expect((await bench.post(attlog(4), first + line('4', 4))).text).toBe('OK: 4');
    expect((await bench.post(attlog(5), line('5', 5) + line('5', 5))).text).toBe('OK: 2');
    expect(sink.passes.map(({ personNo }) => personNo)).toEqual(['1', '2', '3', '4', '5']);
  });

  test('a large batch that is taken in part is taken on from there', async () => {
    const { sink } = await bench.open('attendance', serial);
    const body = Array.from({ length: 1_000 }, (_, i) => `${10_000 + i}\t2026-11-23 07:00:00\t0\t15\n`).join('');
    let takes = 0;
    sink.accept = () => ++takes !== 3;
    expect((await bench.post(attlog(9), body)).status).toBe(503);
    expect(sink.passes).toHaveLength(512);
    expect((await bench.post(attlog(9), body)).text).toBe('OK: 1000');
    expect(new Set(sink.passes.map(({ personNo }) => personNo)).size).toBe(1_000);
    expect(sink.passes).toHaveLength(1_000);
  });

  test('lines that make no sense are acknowledged, kept as an audit without their content, and hide no other', async () => {
    const { sink } = await bench.open('attendance', serial);
    const bytes = new Uint8Array([
      ...new TextEncoder().encode(`${line('1', 1)}张三\tnonsense\n`),
      0x31,
      0x00,
      0x32,
      0x0a,
      0xff,
      0xff,
      0x0a,
      ...new TextEncoder().encode(line('2', 2)),
    ]);
    expect((await bench.post(attlog(1), bytes)).text).toBe('OK: 5');
    expect(sink.passes.map(({ personNo }) => personNo)).toEqual(['1', '2']);
    expect(sink.events.filter(({ type }) => type === 'deviceAudit')).toHaveLength(3);
    expect(JSON.stringify(sink.taken)).not.toMatch(/张三|nonsense/);
  });

  test('users, templates and pictures are counted and thrown away', async () => {
    const { sink } = await bench.open('attendance', serial);
    const users =
      'USER PIN=1\tName=CANARY Zhang\tPri=0\nFP PIN=1\tFID=0\tSize=9\tTMP=CANARY\nOPLOG 4\t0\t2026-11-23 07:00:00\t0\t0\t0\t0\n';
    expect((await bench.post(`/iclock/cdata?SN=${serial}&table=OPERLOG&OpStamp=1`, users)).text).toBe('OK: 3');
    expect((await bench.post(`/iclock/cdata?SN=${serial}&table=ATTPHOTO`, 'CANARY jpeg')).text).toBe('OK: 1');
    expect((await bench.post(`/iclock/fdata?SN=${serial}`, 'CANARY jpeg')).text).toBe('OK');
    expect(sink.taken.reduce((sum, { discardedParts }) => sum + (discardedParts ?? 0), 0)).toBe(4);
    expect(sink.events.map((event) => event.type === 'deviceAudit' && event.action)).toEqual(['operation4']);
    expect(JSON.stringify(sink.taken)).not.toContain('CANARY');
  });

  test('a status that the table does not know has no direction, a way that it does not know is no granted pass', async () => {
    const { sink } = await bench.open('attendance', serial);
    await bench.post(attlog(1), '1\t2026-11-23 07:01:01\t99\t15\n2\t2026-11-23 07:01:02\t0\t99\n3\t2026-13-40 07:01:02\t0\t15\n');
    expect(
      sink.passes.map(({ direction, method, result, observedAt }) => [direction, method, result, observedAt === undefined]),
    ).toEqual([
      ['unknown', 'face', 'granted', false],
      ['in', 'unknown', 'unknown', false],
      ['in', 'face', 'granted', true],
    ]);
  });

  test('the direction of the terminal goes before that of the record', async () => {
    const { sink } = await bench.open('attendance', serial, { direction: 'out' });
    await bench.post(attlog(1), line('1', 1));
    expect(sink.passes.map(({ direction, directionFrom }) => [direction, directionFrom])).toEqual([['out', 'reader']]);
  });
});

describe('access family', () => {
  const access = 'VGU6260100001';
  const rtlog = `/iclock/cdata?SN=${access}&table=rtlog`;
  const told = (event: number, index: number): string =>
    `time=2026-11-23 07:01:05\tpin=7\tcardno=0\teventaddr=1\tevent=${event}\tinoutstatus=0\tverifytype=15\tindex=${index}\r\n`;

  test('it registers, is configured, and then is known', async () => {
    const { sink, session } = await bench.open('access', access);
    const greet = `/iclock/cdata?SN=${access}&options=all&pushver=3.1.2&DeviceType=acc`;
    expect((await bench.get(greet)).text).toBe('OK');
    const registered = await bench.post(
      `/iclock/registry?SN=${access}`,
      'DeviceType=acc,~DeviceName=FaceGate,FirmVer=Ver1.4.2,LockCount=1',
    );
    expect(registered.text).toMatch(/^RegistryCode=[0-9a-f]{32}$/);
    expect((await bench.post(`/iclock/push?SN=${access}`, '')).text).toContain('TransTables=Transaction');
    expect((await bench.get(greet)).text).toMatch(/^registry=ok/);
    const identity = await session.identify?.(new AbortController().signal);
    expect(identity?.ok === true && identity.value).toEqual({ serial: access, model: 'FaceGate', firmware: 'Ver1.4.2' });
    expect(sink.reading('locks')).toBe(1);
  });

  test('only codes of the table are granted; events keep their number', async () => {
    const { sink } = await bench.open('access', access);
    const body = [0, 23, 26, 54, 65_000, 202, 102].map((code, at) => told(code, 140 + at)).join('');
    expect((await bench.post(rtlog, body)).text).toBe('OK');
    expect(sink.passes.map(({ result, eventNo }) => [result, eventNo])).toEqual([
      ['granted', 140],
      ['denied', 141],
      ['unknown', 142],
      ['unknown', 143],
      ['unknown', 144],
    ]);
    expect(sink.events.slice(5)).toMatchObject([
      { type: 'door', point: 'exitButton', eventNo: 145 },
      { type: 'deviceAlarm', alarm: 'forced', active: true, eventNo: 146 },
    ]);
  });

  test('a table of users gets its own acknowledgement', async () => {
    await bench.open('access', access);
    const path = `/iclock/cdata?SN=${access}&table=tabledata&tablename=user&count=2`;
    expect((await bench.post(path, 'user uid=1\tname=CANARY\nuser uid=2\tname=CANARY\n')).text).toBe('user=2');
  });

  test('door state becomes readings, its time the clock of the terminal', async () => {
    const { sink } = await bench.open('access', access);
    const state = 'time=2026-11-23 07:01:05\tsensor=02\trelay=01\talarm=0200000000000000\tdoor=01\n';
    expect((await bench.post(`/iclock/cdata?SN=${access}&table=rtstate`, state)).text).toBe('OK');
    expect(['contact1', 'relay1', 'alarm'].map((point) => sink.reading(point))).toEqual([2, 1, true]);
    expect(sink.taken.at(-1)?.facts.deviceClock?.text).toBe('2026-11-23 07:01:05');
  });
});

describe('commands', () => {
  test('a terminal that asks for commands never gets one', async () => {
    const { sink } = await bench.open('attendance', serial);
    const asked = await bench.get(`/iclock/getrequest?SN=${serial}&INFO=Ver%208.0.4.4,1204,1190,88211,10.7.1.41`);
    expect(asked.text).toBe('OK');
    expect([sink.reading('users'), sink.reading('records')]).toEqual([1_204, 88_211]);
    expect(sink.taken.at(-1)?.facts.firmware).toBe('Ver 8.0.4.4');
  });

  test('the result of a command that nobody here sent is told', async () => {
    const { sink } = await bench.open('attendance', serial);
    await bench.post(`/iclock/devicecmd?SN=${serial}`, 'ID=1&Return=0&CMD=INFO\nID=2&Return=0&CMD=Shell\n');
    expect(sink.events).toMatchObject([
      { type: 'deviceAudit', action: 'foreignCommand' },
      { type: 'deviceAlarm', alarm: 'foreignShell', active: true },
    ]);
  });
});

describe('who may post', () => {
  test.each([
    ['/iclock/cdata?SN=../../etc/x&table=ATTLOG&Stamp=9999', 400, 'badSerial'],
    ['/iclock/cdata?SN=UNKNOWN00001&table=ATTLOG', 403, 'unknownSerial'],
    ['/iclock/cdata?table=ATTLOG', 400, 'badSerial'],
    ['/elsewhere?SN=CKJG260100001', 404, 'noPath'],
  ])('%s is refused, counted and told', async (path, status, cause) => {
    const { sink } = await bench.open('attendance', serial);
    for (let i = 0; i < 3; i++) expect(await bench.post(path, line('1', 1))).toEqual({ status, text: '' });
    await bench.get(`/iclock/getrequest?SN=${serial}`);
    expect([sink.passes.length, sink.reading('refusedPosts')]).toEqual([0, 3]);
    expect(bench.warned.filter(({ event }) => event === 'zkPostRefused').map(({ fields }) => fields?.['cause'])).toEqual([cause]);
  });

  test('a known serial number from another address is refused', async () => {
    await bench.open('attendance', serial, { source: '127.0.0.9' });
    expect((await bench.post(attlog(1), line('1', 1))).status).toBe(403);
  });

  test('doubled folders and .aspx are understood', async () => {
    await bench.open('attendance', serial);
    expect((await bench.post(`/iclock/iclock/cdata.aspx?SN=${serial}&table=ATTLOG&Stamp=1`, line('1', 1))).text).toBe('OK: 1');
  });

  test('two terminals share the port, one serial number is taken once, and a closed session is heard of no more', async () => {
    const one = await bench.open('attendance', serial);
    const two = await bench.open('access', 'VGU6260100001');
    await expect(bench.open('attendance', serial)).rejects.toThrow('unsupported');
    await one.session.close();
    await one.session.close();
    expect((await bench.post(attlog(1), line('1', 1))).status).toBe(403);
    expect((await bench.get('/iclock/ping?SN=VGU6260100001')).text).toBe('OK');
    expect(one.sink.taken).toHaveLength(0);
    expect(two.sink.taken.length).toBeGreaterThan(0);
    await two.session.close();
    await pause(20);
    await expect(bench.get('/iclock/ping?SN=VGU6260100001')).rejects.toThrow();
  });
});
