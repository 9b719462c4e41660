/** The two that are asked: guard and embedded broker, and Mosquitto as a control that the cases themselves are right. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { secretOf, startCore, until } from '../collector/support/core.ts';
import { freePort } from '../drivers/peer.ts';
import { type Connect, connect as connectBytes, publish, subscribe, Talk, type } from './wire.ts';

export const agent = 'yb-1';
export const up = (kind: string): string => `cw/1/demo/${agent}/up/${kind}`;
export const down = (kind: string): string => `cw/1/demo/${agent}/down/${kind}`;

export interface Target {
  readonly port: number;
  /** Sends a message to whoever is subscribed. */
  deliver(topic: string, payload: string): Promise<void>;
  /** Resolves when the will of the agent was seen, however this side shows it. */
  willSeen(): Promise<void>;
  close(): Promise<void>;
}

export const connectOf = (more: Partial<Connect> = {}): Buffer =>
  connectBytes({ clientId: agent, username: `demo/${agent}`, password: secretOf(agent), ...more });

/** Connected, the CONNACK read. */
export async function connected(target: Target, more: Partial<Connect> = {}): Promise<Talk> {
  const talk = new Talk(target.port);
  talk.send(connectOf(more));
  const { body } = await talk.expect(type.connack);
  if (body[1] !== 0) throw new Error(`refused with ${body[1]}`);
  return talk;
}

export async function startOurs(): Promise<Target> {
  const running = await startCore({ broker: { flaps: 10_000, takeovers: 10_000 } }, [agent]);
  return {
    port: running.port,
    deliver: async (topic, payload) => running.core.broker.publish(topic, Buffer.from(payload)),
    // ingest hears of the end of the socket, which says what the will says, and the will itself goes no further
    willSeen: async () => void (await until(() => running.core.broker.stats().clients === 0, 'the agent to be gone')),
    close: () => running.close(),
  };
}

export const hasMosquitto = spawnSync('mosquitto', ['-h']).error === undefined;

export async function startMosquitto(): Promise<Target> {
  const folder = mkdtempSync(join(tmpdir(), 'cardwatch-mosquitto-'));
  const port = await freePort();
  const file = join(folder, 'mosquitto.conf');
  writeFileSync(file, `listener ${port} 127.0.0.1\nallow_anonymous true\n`);
  const broker = spawn('mosquitto', ['-c', file], { stdio: 'ignore' });
  const ended = new Promise((resolve) => broker.once('exit', resolve));
  await answers(port);
  const other = new Talk(port);
  other.send(connectBytes({ clientId: 'other', flags: 0x02, keepaliveS: 0 }));
  await other.expect(type.connack);
  other.send(subscribe(1, [up('bye'), 1]));
  await other.expect(type.suback);
  return {
    port,
    deliver: async (topic, payload) => {
      other.send(publish({ topic, payload, qos: 1, id: 7 }));
      await other.expect(type.puback);
    },
    willSeen: async () => void (await other.expect(type.publish)),
    close: async () => {
      other.drop();
      broker.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });

async function answers(port: number): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    if (await listens(port)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('Mosquitto does not listen');
}
