/** Ten agents with 10,000 devices of which half tell a fault, and what goes on there while people look. */
import { DeviceId, type DeviceDeclaration, type EventLine, type HealthLine } from '@cardwatch/contracts';
import type { RunningCollector } from '../browser/collector.ts';
import { LittleAgent } from '../browser/little-agent.ts';

export const fieldSite = 'bench';
const [agents, devicesEach, areasEach] = [10, 1_000, 20];
export const fieldDevices = agents * devicesEach;
/** Every second device tells a fault of itself: no outage explains them away. */
export const fieldAlarms = fieldDevices / 2;
export const fieldAgents: readonly string[] = Array.from({ length: agents }, (_, n) => `big-${n}`);

const linesPerBatch = 250;
const answerMs = 60_000;
/** Nobody's fault stands on these: they come and go. */
const calmFrom = devicesEach - 200;
/** Of the areas of an agent, those with faults. */
const areasBurning = (areasEach * calmFrom) / devicesEach;
const faults = ['batteryLow', 'readerOffline', 'cameraFault', 'supplyLow', 'motorFault'] as const;

export const deviceOf = (agent: number, n: number): DeviceId => DeviceId.parse(`b${agent}-${String(n).padStart(4, '0')}`);
/** What the console shows of a device of this field; undefined: it is none. */
export function nameOf(deviceId: string): string | undefined {
  const [, agent, n] = /^b(\d+)-(\d+)$/.exec(deviceId) ?? [];
  return agent === undefined ? undefined : `淋浴器-${Number(agent) + 1}-${Number(n) + 1}`;
}
const areaNo = (n: number): number => Math.floor((n * areasEach) / devicesEach) + 1;
export const buildingOf = (agent: number): string => `竹苑${agent + 1}栋`;
export const areaOf = (n: number): string => `浴室${n + 1}号`;

/** Building and area of every place where something burns, each once. */
export const fieldPlaces: readonly (readonly [string, string])[] = fieldAgents.flatMap((_, agent) =>
  Array.from({ length: areasBurning }, (_area, n) => [buildingOf(agent), areaOf(n)] as const),
);

const declared = (agent: number): readonly DeviceDeclaration[] =>
  Array.from({ length: devicesEach }, (_, n) => ({
    deviceId: deviceOf(agent, n),
    name: nameOf(deviceOf(agent, n)) ?? '',
    kind: 'shower',
    profile: 'modbus/cardwatch/ring-shower',
    line: `rs485-${Math.floor(n / 16)}`,
    place: { campus: '宜宾校区', building: buildingOf(agent), area: areaOf(areaNo(n) - 1), areaType: 'bathhouse' },
  }));

export type FieldState = 'online' | 'offline';

const beat = (agent: number, n: number, state: FieldState, now: number): HealthLine => ({
  type: 'heartbeat',
  deviceId: deviceOf(agent, n),
  state,
  ...(state === 'offline' ? { cause: 'noReply' as const } : {}),
  since: now,
  recordedAt: now,
});

const fault = (agent: number, n: number, alarm: string, active: boolean, now: number): EventLine => ({
  type: 'deviceAlarm',
  deviceId: deviceOf(agent, n),
  alarm,
  active,
  observedAt: now,
  recordedAt: now,
});

export class Field {
  readonly #agents: LittleAgent[] = [];
  #rounds = 0;

  /** All online, half of them with their fault told. */
  static async start(collector: RunningCollector): Promise<Field> {
    const field = new Field();
    for (const [n, agent] of fieldAgents.entries()) {
      const secret = collector.agents[agent]?.mqttSecret ?? '';
      const { mqttPort } = collector;
      const joined = await LittleAgent.connect({ mqttPort, site: fieldSite, agent, secret, devices: declared(n), answerMs });
      field.#agents.push(joined);
      await field.#begin(joined, n);
    }
    return field;
  }

  async #begin(agent: LittleAgent, no: number): Promise<void> {
    const now = Date.now();
    const every = Array.from({ length: devicesEach }, (_, n) => n);
    const faulty = [...every.filter((n) => n < calmFrom && n % 2 === 0), ...every.filter((n) => n < 200 && n % 2 === 1)];
    for (let from = 0; from < devicesEach; from += linesPerBatch)
      await agent.send(
        'health',
        every.slice(from, from + linesPerBatch).map((n) => beat(no, n, 'online', now - 60_000)),
      );
    for (let from = 0; from < faulty.length; from += linesPerBatch)
      await agent.send(
        'event',
        faulty.slice(from, from + linesPerBatch).map((n) => fault(no, n, faults[n % faults.length] ?? 'batteryLow', true, now)),
      );
  }

  /** What an agent publishes when one device turns; resolves when it is committed. */
  turn(agent: number, n: number, state: FieldState): Promise<void> {
    return this.#agents[agent]?.send('health', [beat(agent, n, state, Date.now())]) ?? Promise.resolve();
  }

  tell(agent: number, n: number, alarm: string, active: boolean): Promise<void> {
    return this.#agents[agent]?.send('event', [fault(agent, n, alarm, active, Date.now())]) ?? Promise.resolve();
  }

  /** A busy moment: twenty devices of one agent come or go, five tell a fault or its end. The same things come round again: the field does not grow. */
  async moment(): Promise<void> {
    const round = this.#rounds++;
    const no = round % agents;
    const lap = Math.floor(round / agents);
    const first = calmFrom + (lap % 5) * 20;
    const isBegin = Math.floor(lap / 5) % 2 === 0;
    const now = Date.now();
    const turning = Array.from({ length: 20 }, (_, k) => beat(no, first + k, isBegin ? 'offline' : 'online', now));
    await this.#agents[no]?.send('health', turning);
    const telling = Array.from({ length: 5 }, (_, k) => fault(no, calmFrom + 150 + (lap % 5) * 5 + k, 'supplyLow', isBegin, now));
    await this.#agents[no]?.send('event', telling);
  }

  async close(): Promise<void> {
    await Promise.all(this.#agents.map((agent) => agent.close()));
  }
}
