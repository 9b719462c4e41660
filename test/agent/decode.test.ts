/** `cardwatch-agent decode`, as a process: a sample of the vectors of every protocol, and what it says when it is asked wrongly. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeLimits, decoders } from '@cardwatch/drivers';
import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { eachOf, runCommand } from './command.ts';

const vectors = join(import.meta.dirname, '../golden/vectors');
const folder = mkdtempSync(join(tmpdir(), 'cardwatch-decode-'));
afterAll(() => rmSync(folder, { recursive: true }));

const Bytes = z.array(z.object({ id: z.string(), protocol: z.string(), hex: z.string(), valid: z.boolean() }));
const Files = z.object({
  vectors: z.array(z.object({ id: z.string(), protocol: z.string(), file: z.string(), malformed: z.boolean() })),
});

interface Sample {
  readonly id: string;
  readonly protocol: string;
  readonly valid: boolean;
  readonly input: readonly string[];
}

const json = (name: string): unknown => JSON.parse(readFileSync(join(vectors, name), 'utf8'));

/** Names of vectors whose decoder has another name. */
const decoderOf: Readonly<Record<string, string>> = {
  'onvif-discovery': 'onvif',
  'onvif-device': 'onvif',
  'onvif-events': 'onvif',
  'onvif-fault': 'onvif',
  'onvif-bad': 'onvif',
  snmp: 'snmp-walk',
  icmp: 'ping',
};

const all: readonly Sample[] = [
  ...Bytes.parse(json('pos-meter.json')).map(({ id, protocol, valid, hex }) => ({ id, protocol, valid, input: ['--hex', hex] })),
  ...Files.parse(json('gate/index.json')).vectors.map(({ id, protocol, malformed, file }) => ({
    id,
    protocol: decoderOf[protocol] ?? protocol,
    valid: !malformed,
    input: ['--file', join(vectors, 'gate', file)],
  })),
].filter(({ protocol }) => decoders.has(protocol));

/** Of each protocol the first good one and the first bad one. */
const protocols = [...new Set(all.map(({ protocol }) => protocol))].sort();
const samples = protocols.flatMap((protocol) => {
  const own = all.filter((each) => each.protocol === protocol);
  return [...own.filter(({ valid }) => valid).slice(0, 1), ...own.filter(({ valid }) => !valid).slice(0, 1)];
});

const Document = z.strictObject({
  frames: z.array(z.record(z.string(), z.unknown())),
  observations: z.array(z.record(z.string(), z.unknown())),
  rejected: z.array(z.strictObject({ atByte: z.int(), reason: z.string().min(1) })),
  reply: z.string().optional(),
});

describe('decode', () => {
  test('a sample of the vectors of each protocol', { timeout: 120_000 }, async () => {
    const seen = new Map<string, number>();
    await eachOf(samples, async ({ id, protocol, valid, input }) => {
      const { code, out, err } = await runCommand(['decode', '--protocol', protocol, ...input]);
      const { frames, rejected } = Document.parse(JSON.parse(out));
      expect([id, valid ? frames.length > 0 : rejected.length > 0]).toEqual([id, true]);
      expect([id, code]).toEqual([id, frames.length > 0 && rejected.length === 0 ? 0 : 1]);
      expect([id, err]).toEqual([id, '']);
      seen.set(protocol, (seen.get(protocol) ?? 0) + 1);
    });
    expect(Object.fromEntries(seen)).toEqual(expectedCounts);
  });

  test('the same bytes in pieces are the same document', async () => {
    const sample = all.find(({ id }) => id === 'cjt188-read-resp-01');
    const hex = sample?.input[1] ?? '';
    const whole = await runCommand(['decode', '-p', 'cjt188-2004', '--hex', hex]);
    const pieces = await runCommand([
      'decode',
      '-p',
      'cjt188-2004',
      '--chunks',
      `${hex.slice(0, 8)},${hex.slice(8, 10)},${hex.slice(10)}`,
    ]);
    expect([whole.code, pieces.code]).toEqual([0, 0]);
    expect(pieces.out).toBe(whole.out);
    expect(JSON.parse(whole.out)).toMatchObject({ rejected: [] });
  });

  test('hex is read as people write it, in a file too', { timeout: 60_000 }, async () => {
    const hex = '6810010000050800008303810A009716';
    const pairs = hex.match(/../g) ?? [];
    const text = join(folder, 'capture.txt');
    writeFileSync(text, `${pairs.slice(0, 8).join(' ')}\r\n${pairs.slice(8).join(' ').toLowerCase()}\n`);
    const raw = join(folder, 'capture.bin');
    writeFileSync(raw, Buffer.from(hex, 'hex'));
    const whole = await runCommand(['decode', '-p', 'cjt188-2004', '--hex', hex]);
    const ways: readonly (readonly string[])[] = [
      ['--hex', hex.toLowerCase()],
      ['--hex', `0x${hex}`],
      ['--hex', pairs.map((pair) => `0x${pair}`).join(' ')],
      ['--hex', `${pairs.join(':')}\n`],
      ['--file', raw],
      ['--file', text],
    ];
    const ran = await eachOf(ways, async (way) => {
      const { code, out, err } = await runCommand(['decode', '-p', 'cjt188-2004', ...way]);
      expect([way, code, out]).toEqual([way, 0, whole.out]);
      expect([way, err]).toEqual([way, way[1] === text ? expect.stringContaining('holds hex digits as text') : '']);
    });
    expect([whole.code, ran.length]).toEqual([0, 6]);
  });

  test('garbage is rejected by every decoder: no frame, a reason, 1, and no stack trace', { timeout: 120_000 }, async () => {
    const names = [...decoders.keys()].sort();
    const ran = await eachOf(names, async (name) => {
      const { code, out, err } = await runCommand(['decode', '-p', name, '--hex', 'ffd8ffe000104a46494600deadbeef']);
      const { frames, rejected } = Document.parse(JSON.parse(out));
      expect([name, frames.length, rejected.length > 0, code]).toEqual([name, 0, true, 1]);
      expect(`${out}${err}`).not.toMatch(/\n {4}at /);
      return name;
    });
    expect(ran).toHaveLength(decoders.size);
  });

  test('what is asked wrongly ends with 2 and says what is allowed', { timeout: 60_000 }, async () => {
    const large = join(folder, 'large.bin');
    writeFileSync(large, new Uint8Array(decodeLimits.inputBytes + 1));
    const rows: readonly (readonly [readonly string[], RegExp])[] = [
      [['-p', 'profibus', '--hex', '00'], /no protocol profibus.*cjt188-2004/],
      [['-p', 'cjt188-2004'], /give one of --hex, --chunks, --file/],
      [['-p', 'cjt188-2004', '--hex', '00', '--file', large], /give one of/],
      [['-p', 'cjt188-2004', '--hex', '0g'], /chunk 1 .*is not hex: "g" at digit 2/],
      [['-p', 'cjt188-2004', '--chunks', '68,1'], /chunk 2 .*odd number of hex digits: 1/],
      [['-p', 'cjt188-2004', '--file', join(folder, 'none.bin')], /none\.bin: ENOENT/],
      [['-p', 'cjt188-2004', '--file', large], new RegExp(`at most ${decodeLimits.inputBytes} bytes`)],
      [
        ['-p', 'cjt188-2004', '--hex', '00', '--profile', 'modbus/none/none'],
        /no profile modbus\/none\/none.*modbus\/cardwatch\/ring-shower/,
      ],
    ];
    const ran = await eachOf(rows, async ([args, words]) => {
      const { code, out, err } = await runCommand(['decode', ...args]);
      expect([args, code, out]).toEqual([args, 2, '']);
      expect(err).toMatch(words);
    });
    expect(ran).toHaveLength(8);
  });

  test('the help says what the exit codes are', async () => {
    const { out } = await runCommand(['decode', '--help']);
    expect(out).toMatch(/0 .*all of it decoded; 1 .*rejected, or no frame; 2/s);
  });
});

const expectedCounts: Readonly<Record<string, number>> = {
  'cjt188-2004': 2,
  'dahua-cgi': 1,
  'dlt645-2007': 2,
  isapi: 1,
  'isapi-alertstream': 1,
  'iso8583-unionpay-body': 1,
  'iso8583-unionpay-nolength': 1,
  'iso8583-unionpay-tcp': 2,
  'modbus-rtu': 2,
  'modbus-tcp': 2,
  onvif: 2,
  'pboc-ep-record': 2,
  ping: 1,
  'snmp-walk': 2,
  'zk-push': 2,
};
