/** The program `cardwatch-collector` before a real Mosquitto that it configured itself: who may say what, what is lost by the broker and by nobody else. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { hash } from 'node:crypto';
import { HealthDto } from '@cardwatch/contracts/api';
import type { IClientOptions } from 'mqtt';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { passwordLine } from '../../packages/collector/src/broker/mosquitto/passwords.ts';
import { connectAgent, type TestAgent, until } from './support/core.ts';
import { FakeJournal } from './support/journal.ts';
import { freePort, hasMosquitto, Mosquitto } from './support/mosquitto.ts';
import { records } from './support/records.ts';

const bin = fileURLToPath(new URL('../../packages/collector/bin/cardwatch-collector.js', import.meta.url));
const openssl = spawnSync('openssl', ['version']).error === undefined;
const slowMs = 120_000;
const epoch = { no: 1, uuid: '00000000-0000-4000-8000-000000000001' } as const;

let folder: string;
const children = new Set<ChildProcess>();
const brokers: Mosquitto[] = [];
const agents: TestAgent[] = [];
const at = (name: string): string => join(folder, name);

function cli(...args: readonly string[]): { readonly code: number | null; readonly out: string; readonly err: string } {
  const done = spawnSync(process.execPath, [bin, ...args, '--data', at('data')], { encoding: 'utf8', timeout: 60_000 });
  return { code: done.status, out: done.stdout.trim(), err: done.stderr };
}

interface Collector {
  readonly child: ChildProcess;
  readonly url: string;
  readonly printed: () => string;
}

async function startCollector(...more: readonly string[]): Promise<Collector> {
  const child = spawn(process.execPath, [bin, 'run', '--data', at('data'), '--http-port', '0', ...more], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  child.once('exit', () => children.delete(child));
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (printed += chunk));
  const started = await until(
    () => /Console (http:\/\/[\d.:]+), MQTT (\S+),/.exec(printed) ?? undefined,
    'the collector to start',
  );
  return { child, url: started[1] ?? '', printed: () => printed };
}

async function killed(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

let token = '';
async function health({ url }: Collector): Promise<HealthDto> {
  const response = await fetch(`${url}/api/v1/health`, { headers: { authorization: `Bearer ${token}` } });
  return HealthDto.parse(await response.json());
}

async function untilHealth(collector: Collector, what: string, holds: (told: HealthDto) => boolean): Promise<HealthDto> {
  for (let tries = 0; tries < 400; tries++) {
    const told = await health(collector);
    if (holds(told)) return told;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`waited in vain for ${what}`);
}

const secretOf = (agent: string): string =>
  (parse(fs.readFileSync(at(`${agent}.yaml`), 'utf8')) as { mqttSecret: string }).mqttSecret;

async function come(port: number, agent: string, more: IClientOptions = {}): Promise<TestAgent> {
  const came = await connectAgent(port, agent, { password: secretOf(agent), ...more });
  agents.push(came);
  return came;
}

function booked(agent: string): { readonly n: number; readonly fen: number; readonly hash: string } {
  const db = new DatabaseSync(at('data/cardwatch.db'), { readOnly: true });
  const rows = db.prepare('SELECT record_no, turnover_fen FROM record WHERE agent_id = ? ORDER BY record_no').all(agent);
  db.close();
  const numbers = rows.map((row) => Number(row['record_no']));
  return {
    n: rows.length,
    fen: rows.reduce((sum, row) => sum + Number(row['turnover_fen']), 0),
    hash: hash('sha256', numbers.join(' ')),
  };
}
const wholeOf = (to: number): ReturnType<typeof booked> => ({
  n: to,
  fen: to * 60,
  hash: hash('sha256', Array.from({ length: to }, (_, index) => index + 1).join(' ')),
});

function startMosquitto(change: (text: string) => string = (text) => text): Mosquitto {
  const started = new Mosquitto({ conf: at('mosquitto/mosquitto.conf'), change });
  brokers.push(started);
  return started;
}

/** Of a process on this Linux: TCP sockets that listen. */
function listeningSockets({ pid }: ChildProcess): number {
  const own = new Set(fs.readdirSync(`/proc/${pid}/fd`).map((name) => linkOf(`/proc/${pid}/fd/${name}`)));
  const rows = ['tcp', 'tcp6'].flatMap((name) => fs.readFileSync(`/proc/net/${name}`, 'utf8').split('\n').slice(1));
  return rows
    .map((row) => row.trim().split(/\s+/))
    .filter(([, , , state, , , , , , inode]) => state === '0A' && own.has(`socket:[${inode}]`)).length;
}

function linkOf(path: string): string {
  try {
    return fs.readlinkSync(path);
  } catch {
    return '';
  }
}

beforeAll(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'cardwatch-external-program-'));
});
afterEach(async () => {
  for (const { client } of agents.splice(0)) client.end(true);
  for (const child of children) await killed(child);
  for (const broker of brokers.splice(0)) await broker.kill();
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

describe('an external broker is told of in words that hold no secret', () => {
  const run = (...args: readonly string[]) => cli('run', '--http-port', '0', ...args);

  test.each([
    ['a secret in the address', ['--broker-url', 'mqtts://me:hush@broker.example'], /without user and password/],
    ['another protocol', ['--broker-url', 'ws://broker.example'], /mqtts:\/\/host:port/],
    ['a path', ['--broker-url', 'mqtts://broker.example/x'], /mqtts:\/\/host:port/],
    ['no TLS to another machine', ['--broker-url', 'mqtt://10.0.0.9:1883'], /use mqtts:\/\/, or say --broker-plain/],
    ['no file of secrets', ['--broker-url', 'mqtts://broker.example'], /broker\.secrets\.yaml cannot be used \(missing/],
    [
      'both brokers',
      ['--broker-url', 'mqtts://broker.example', '--mqtt-port', '1883'],
      /cannot be used with option '--mqtt-port/,
    ],
  ] as const)('%s', (_what, args, words) => {
    const { code, out, err } = run(...args);
    expect([code, err]).toEqual([1, expect.stringMatching(words)]);
    expect(out + err).not.toContain('hush');
  });

  test('a file of secrets that others may read, or that is none', () => {
    const file = at('account.yaml');
    const tell = (text: string, mode: number): string => {
      fs.writeFileSync(file, text);
      fs.chmodSync(file, mode);
      return run('--broker-url', 'mqtts://broker.example', '--broker-secrets', file).err;
    };
    const good = 'user: collector\npassword: hush\n';
    expect(tell(good, 0o644)).toContain('(tooWide 0644)');
    expect(tell('user: collector\n', 0o600)).toContain('(password)');
    expect(tell('user: "a:b"\npassword: hush\n', 0o600)).toContain('(user)');
    expect(tell('{', 0o600)).toMatch(/not YAML|shape/);
  });
});

describe.skipIf(!hasMosquitto)('before Mosquitto (skipped where it is not installed)', () => {
  let port: number;
  const url = (): string => `mqtt://127.0.0.1:${port}`;

  beforeAll(async () => {
    port = await freePort();
    for (const agent of ['yb-1', 'yb-2'])
      expect(cli('agent', 'add', agent, '--site', 'demo', '--out', at(`${agent}.yaml`)).code).toBe(0);
    token = cli('token', 'add', '--scopes', 'read', '--label', 'external').out;
    const made = cli('broker', 'mosquitto', '--out', at('mosquitto'), '--port', String(port));
    expect([made.code, made.out]).toEqual([0, expect.stringContaining('acl for 2 agents')]);
  }, slowMs);

  test('its files are for their owner alone, hold no secret in the clear, and are written anew while the configuration stays', () => {
    const conf = at('mosquitto/mosquitto.conf');
    for (const name of ['mosquitto.conf', 'acl', 'passwords'])
      expect(fs.statSync(at(`mosquitto/${name}`)).mode & 0o777).toBe(0o600);
    const passwords = (): string => fs.readFileSync(at('mosquitto/passwords'), 'utf8');
    expect(passwords()).not.toContain(secretOf('yb-1'));
    fs.appendFileSync(conf, '# mine\n');
    const collectorLine = passwords().split('\n')[0];
    expect(cli('broker', 'mosquitto', '--out', at('mosquitto'), '--port', '1').code).toBe(0);
    expect(fs.readFileSync(conf, 'utf8')).toMatch(new RegExp(`listener ${port} 127\\.0\\.0\\.1[^]*# mine\n$`));
    expect(passwords().split('\n').slice(1)).toHaveLength(3);
    expect(passwords().split('\n')[0]).not.toBe(collectorLine);
    expect(cli('broker', 'mosquitto', '--out', at('elsewhere'), '--host', '0.0.0.0').err).toContain(
      '0.0.0.0 is not this machine',
    );
    expect(fs.existsSync(at('elsewhere'))).toBe(false);
  });

  test('an agent that was added before hashes were kept is named, and comes in by its file of secrets', () => {
    const kept = at('data/broker-passwords');
    const before = fs.readFileSync(kept, 'utf8');
    fs.writeFileSync(kept, before.split('\n').slice(1).join('\n'));
    const left = cli('broker', 'mosquitto', '--out', at('mosquitto'));
    expect([left.code, left.err]).toEqual([1, expect.stringContaining('demo/yb-1')]);
    fs.writeFileSync(at('wrong.yaml'), fs.readFileSync(at('yb-1.yaml'), 'utf8').replace(secretOf('yb-1'), 'x'.repeat(43)), {
      mode: 0o600,
    });
    const wrong = cli('broker', 'mosquitto', '--out', at('mosquitto'), '--secrets', at('wrong.yaml'));
    expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining('not the file of secrets of an agent')]);
    expect(cli('broker', 'mosquitto', '--out', at('mosquitto'), '--secrets', at('yb-1.yaml')).code).toBe(0);
  });

  test(
    'an agent speaks under its own name alone, whatever it tries; whom the ledger does not know is not taken',
    async () => {
      fs.appendFileSync(at('mosquitto/passwords'), `${passwordLine('demo/ghost', 'boo')}\n`);
      startMosquitto();
      const collector = await startCollector('--broker-url', url());
      expect(collector.printed()).toContain(`MQTT ${url()},`);
      expect(listeningSockets(collector.child)).toBe(1);
      const told = await untilHealth(collector, 'the broker', ({ broker }) => broker.up);
      const unseen = { kind: 'external', up: true, clients: null, lastThrottledAt: null };
      expect(told.broker).toEqual({ ...unseen, refusedTotal: 0, refused: {} });
      for (const more of [{ password: 'wrong' }, { username: 'demo/yb-2' }, { username: 'other/yb-1' }])
        await expect(come(port, 'yb-1', more)).rejects.toThrow();

      const [one, two] = [await come(port, 'yb-1'), await come(port, 'yb-2')];
      const overheard: string[] = [];
      one.client.on('message', (topic) => overheard.push(topic));
      for (const agent of [one, two]) expect((await agent.greet({ epoch })).type).toBe('welcome');
      await one.client.subscribeAsync(['cw/1/demo/yb-2/down/+', 'cw/#', '$SYS/#'], { qos: 1 });
      const own = new FakeJournal({ agent: 'yb-2' }).append(...records(1, 20, { device: 'yb-b3-bath-02' }));
      for (const kind of ['money', 'hello', 'bye'])
        await one.client.publishAsync(`cw/1/demo/yb-2/up/${kind}`, Buffer.from(own.batch(1, 10)), { qos: 1 });
      await one.client.publishAsync('cw/1/demo/yb-2/down/ack', 'x', { qos: 1 });
      await two.publish('money', own.batch(11, 20));
      await until(
        () => two.answers.find((answer) => answer.type === 'ack'),
        'an acknowledgement for what came from the right one',
      );
      expect(booked('yb-2')).toMatchObject({ n: 10 });
      await two.publish('money', own.batch(1, 10));
      await two.acked(20);
      expect(booked('yb-2')).toEqual(wholeOf(20));
      expect(new Set(overheard)).toEqual(new Set(['cw/1/demo/yb-1/down/ack']));
      // Another's client id gives nobody another's place.
      await come(port, 'yb-1', { clientId: 'yb-2' });
      await until(() => !one.client.connected, 'the first connection of that agent to give way');
      expect(two.client.connected).toBe(true);

      const ghost = await connectAgent(port, 'ghost', { password: 'boo' });
      agents.push(ghost);
      await ghost.publish('bye', {});
      const after = await untilHealth(collector, 'the ghost to be counted', ({ broker }) => broker.refusedTotal > 0);
      expect(after.broker).toEqual({ ...unseen, refusedTotal: 1, refused: { credentials: 1 } });
    },
    slowMs,
  );

  test(
    'what a broker without persistence loses the agent sends again; what it kept for the collector comes without that; each is booked once',
    async () => {
      const forgetful = (text: string): string => text.replace('persistence true', 'persistence false');
      const broker = startMosquitto(forgetful);
      const first = await startCollector('--broker-url', url());
      await untilHealth(first, 'the broker', ({ broker: { up } }) => up);
      const lines = new FakeJournal({ agent: 'yb-1' }).append(...records(1, 400));
      const agent = await come(port, 'yb-1');
      const send = async (by: TestAgent, from: number, to: number): Promise<void> => {
        for (let no = from; no <= to; no += 20) await by.publish('money', lines.batch(no, no + 19));
      };
      await agent.greet({ epoch });
      await send(agent, 1, 100);
      await agent.acked(100);

      // The broker acknowledges what it then loses.
      await killed(first.child);
      await send(agent, 101, 300);
      await broker.kill();
      const again = startMosquitto(forgetful);
      const second = await startCollector('--broker-url', url());
      await untilHealth(second, 'the broker', ({ broker: { up } }) => up);
      const back = await come(port, 'yb-1');
      expect(await back.greet({ epoch })).toMatchObject({ type: 'welcome', streams: { money: { contiguousUpto: 100 } } });
      expect(booked('yb-1')).toEqual(wholeOf(100));
      await send(back, 101, 300);
      await back.acked(300);
      expect(booked('yb-1')).toEqual(wholeOf(300));

      // Its session waits for the collector: nobody sends anything a second time.
      await killed(second.child);
      await send(back, 301, 400);
      const third = await startCollector('--broker-url', url());
      await until(() => booked('yb-1').n === 400, 'what the broker kept');
      expect(booked('yb-1')).toEqual(wholeOf(400));

      await again.kill();
      const red = await untilHealth(third, 'the red mark', ({ broker: { up } }) => !up);
      expect([red.status, red.causes]).toEqual(['degraded', expect.arrayContaining(['brokerDown'])]);
      startMosquitto(forgetful);
      const well = await untilHealth(third, 'the broker to be back', ({ broker: { up } }) => up);
      expect(well.causes).not.toContain('brokerDown');
    },
    slowMs,
  );

  test.skipIf(!openssl)(
    'over TLS the certificate is verified: by the authority that is named, never not at all (skipped without openssl)',
    async () => {
      const kind =
        'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost'.split(
          ' ',
        );
      expect(spawnSync('openssl', [...kind, '-keyout', at('key.pem'), '-out', at('cert.pem')]).status).toBe(0);
      const secure = await freePort();
      const files = ['--tls-cert', at('cert.pem'), '--tls-key', at('key.pem'), '--out', at('secure'), '--port', String(secure)];
      expect(cli('broker', 'mosquitto', ...files).code).toBe(0);
      brokers.push(new Mosquitto({ conf: at('secure/mosquitto.conf') }));
      const trusting = await startCollector('--broker-url', `mqtts://localhost:${secure}`, '--broker-ca', at('cert.pem'));
      await untilHealth(trusting, 'the broker', ({ broker }) => broker.up);
      await killed(trusting.child);
      for (const more of [[`mqtts://localhost:${secure}`], [`mqtts://127.0.0.1:${secure}`, '--broker-ca', at('cert.pem')]]) {
        const doubting = await startCollector('--broker-url', ...more);
        await until(
          () => /self-signed certificate|does not match certificate/.test(doubting.printed()),
          'the certificate to be doubted',
        );
        expect((await health(doubting)).broker.up).toBe(false);
        await killed(doubting.child);
      }
    },
    slowMs,
  );
});
