/** One agent with terminals, a ledger and a network, in virtual time. */
import {
  createAgent,
  type Agent,
  type AgentDevice,
  type AgentPorts,
  type CursorDocument,
  type CursorFailure,
  emptyCursors,
  type LinkConnection,
} from '@cardwatch/agent';
import { type DeviceDeclaration, DeviceId, InstanceId } from '@cardwatch/contracts';
import { CommonProfile, type Session } from '@cardwatch/drivers';
import { err, ok, epochMs, type LogFields, type Logger, type Result, SeededRandom, VirtualClock } from '@cardwatch/kernel';
import { recordCrypto } from '../../packages/agent/src/shell/seal.ts';
import { Ledger } from './ledger.ts';
import { MemoryJournal } from './memory-journal.ts';
import { Gate, gateProfile, type GateOptions } from './gate.ts';
import { Terminal, type TerminalOptions } from './terminal.ts';

export const startAt = epochMs(Date.UTC(2026, 10, 23, 4, 0, 0));

const profile = CommonProfile.parse({
  profile: 'modbus/test/one',
  version: 1,
  protocol: 'modbus',
  title: { zh: '测', en: 'test' },
  kind: 'shower',
  source: 'test',
  points: [{ name: 'flow', label: { zh: '流量', en: 'flow' }, unit: 'L/min' }],
  records: { kinds: { '1': 'consume' }, mode: 'cardOffline', amountFenMax: 100_000 },
});

export interface Network {
  up: boolean;
  /** Share of messages that are swallowed in each direction. */
  loss: number;
  delayMs: number;
}

export class Bench {
  readonly clock = new VirtualClock(startAt);
  readonly random = new SeededRandom(7);
  readonly ledger = new Ledger({ site: 'demo', agent: 'a1' } as Ledger['address'], () => this.clock.now());
  readonly network: Network = { up: true, loss: 0, delayMs: 10 };
  readonly terminals = new Map<string, Terminal>();
  readonly log: { readonly event: string; readonly fields: LogFields }[] = [];
  journal = new MemoryJournal();
  /** What stands on disk. */
  cursors: CursorDocument = emptyCursors;
  cursorFailure: CursorFailure | undefined;
  /** Saves are lost from now on, as when the process dies at this very point. */
  cursorsFrozen = false;
  saves = 0;
  connects = 0;
  agent: Agent;
  #devices: readonly AgentDevice[] = [];
  #connection: { fail(reason: string): void; deliver(topic: string, payload: Uint8Array): void } | undefined;

  readonly gates = new Map<string, Gate>();
  readonly #sessions = new Map<string, () => Session>();
  readonly #openers = new Map<string, AgentPorts['openSession']>();

  constructor(deviceIds: readonly string[], options: Partial<TerminalOptions> = {}) {
    for (const id of deviceIds) {
      const declaration: DeviceDeclaration = {
        deviceId: DeviceId.parse(id),
        name: id,
        kind: 'shower',
        profile: 'modbus/test/one',
        line: 'line-1',
        place: { campus: 'c' },
      };
      this.#devices = [...this.#devices, { declaration, profile, lineKey: 'line-1' }];
      this.terminals.set(id, new Terminal({ clock: this.clock, ...options }));
    }
    this.agent = this.#make();
  }

  get devices(): readonly AgentDevice[] {
    return this.#devices;
  }

  /** A device that speaks by itself, on a line of its own. Before the start. */
  addGate(id: string, options: Partial<GateOptions> = {}, expectedSerial?: string): Gate {
    const gate = new Gate({ clock: this.clock, ...options });
    const declaration: DeviceDeclaration = {
      deviceId: DeviceId.parse(id),
      name: id,
      kind: 'gate',
      profile: 'isapi/test/one',
      line: id,
      place: { campus: 'c' },
    };
    this.gates.set(id, gate);
    const profile = gateProfile(options);
    const device = { declaration, profile, lineKey: id, ...(expectedSerial === undefined ? {} : { expectedSerial }) };
    this.#devices = [...this.#devices.filter(({ declaration: other }) => other.deviceId !== id), device];
    this.agent = this.#make();
    return gate;
  }

  /** A device with a driver of its own behind it. Before the start. */
  addDevice(device: AgentDevice, open: AgentPorts['openSession']): void {
    this.#openers.set(device.declaration.deviceId, open);
    this.#devices = [...this.#devices, device];
    this.agent = this.#make();
  }

  /** A device with a session of the test's own. Before the start. */
  add(device: AgentDevice, open: () => Session): void {
    this.#sessions.set(device.declaration.deviceId, open);
    this.#devices = [...this.#devices, device];
    this.agent = this.#make();
  }

  terminal(id: string): Terminal {
    const terminal = this.terminals.get(id);
    if (terminal === undefined) throw new Error(`no terminal ${id}`);
    return terminal;
  }

  /** The process dies: nothing of it reaches the disk or the network any more. A new one starts over the same disk. */
  async crashAndRestart(): Promise<void> {
    this.cut('crash');
    this.cursorsFrozen = true;
    await this.stop();
    this.cursorsFrozen = false;
    this.agent = this.#make();
    await this.agent.start();
  }

  async stop(): Promise<void> {
    const stopped = this.agent.stop();
    await this.pass(3_000);
    await stopped;
  }

  cut(reason = 'cut'): void {
    this.#connection?.fail(reason);
    this.#connection = undefined;
  }

  deliver(topic: string, payload: Uint8Array): void {
    this.#connection?.deliver(topic, payload);
  }

  /** Lets virtual time pass; all that promises and timers bring about happens on the way. */
  async pass(ms: number): Promise<void> {
    const end = this.clock.mono() + ms;
    for (;;) {
      await settle();
      if (!this.clock.fireNext(end)) break;
    }
    this.clock.advance(end - this.clock.mono());
    await settle();
  }

  async passUntil(what: () => boolean, limitMs: number): Promise<number> {
    const started = this.clock.mono();
    while (!what()) {
      if (this.clock.mono() - started > limitMs) throw new Error(`did not happen within ${limitMs} ms`);
      await this.pass(50);
    }
    return this.clock.mono() - started;
  }

  #make(): Agent {
    const instance = InstanceId.parse(String(this.connects).padStart(32, '0'));
    return createAgent(
      this.#ports(() => instance),
      {
        ...this.ledger.address,
        devices: this.#devices,
        versions: { agent: 'test', node: 'test' },
        timings: { firstConnectMs: 100 },
      },
    );
  }

  #ports(newInstanceId: () => InstanceId): AgentPorts {
    const { clock, random, journal } = this;
    return {
      journal,
      clock,
      random,
      link: { connect: () => this.#connect() },
      log: this.#logger(),
      crypto: recordCrypto({ siteKey: new Uint8Array(32).fill(1), dataKey: new Uint8Array(32).fill(2), dataKeyId: 'k1' }),
      compress: (body) => body,
      openSession: (device) => {
        const { deviceId } = device.declaration;
        const opener = this.#openers.get(deviceId);
        if (opener !== undefined) return opener(device);
        const own = this.#sessions.get(deviceId);
        if (own !== undefined) return Promise.resolve(ok(own()));
        const gate = this.gates.get(deviceId);
        return Promise.resolve(gate === undefined ? ok(this.terminal(deviceId).session()) : gate.open());
      },
      cursorStore: {
        load: () => Promise.resolve(ok(this.cursors)),
        save: (document) => this.#save(document),
      },
      newInstanceId,
      host: () => Promise.resolve({ rssBytes: 1, cpuPct: 1, diskFreeBytes: 1, clockQuality: 'unknown' }),
    };
  }

  async #save(document: CursorDocument): Promise<Result<void, CursorFailure>> {
    const copy = structuredClone(document);
    await Promise.resolve();
    if (this.cursorFailure !== undefined) return err(this.cursorFailure);
    if (this.cursorsFrozen) return new Promise(() => undefined);
    this.saves++;
    this.cursors = copy;
    return ok(undefined);
  }

  #logger(): Logger {
    const logger: Logger = {
      log: (_, event, fields = {}) => {
        if (this.log.length < 10_000) this.log.push({ event, fields });
      },
      child: () => logger,
    };
    return logger;
  }

  async #connect(): Promise<Result<LinkConnection, { readonly kind: 'unreachable'; readonly detail: string }>> {
    this.connects++;
    await new Promise<void>((resolve) => this.clock.after(this.network.delayMs, resolve));
    if (!this.network.up) return err({ kind: 'unreachable', detail: 'no route' });
    let open = true;
    let onMessage: (topic: string, payload: Uint8Array) => void = () => undefined;
    let onClose: (reason: string) => void = () => undefined;
    const later = (work: () => void): void => {
      if (this.random.next() >= this.network.loss) this.clock.after(this.network.delayMs, () => (open ? work() : undefined));
    };
    this.#connection = {
      fail: (reason) => {
        open = false;
        onClose(reason);
      },
      deliver: (topic, payload) => later(() => onMessage(topic, payload)),
    };
    return ok({
      publish: async (topic, payload) => {
        if (!open) return err({ kind: 'closed' });
        later(() => {
          for (const answer of this.ledger.receive({ topic, payload })) later(() => onMessage(answer.topic, answer.payload));
        });
        await new Promise<void>((resolve) => this.clock.after(this.network.delayMs, resolve));
        return ok(undefined);
      },
      onMessage: (listener) => {
        onMessage = listener;
      },
      onClose: (listener) => {
        onClose = listener;
      },
      close: () => {
        open = false;
        return Promise.resolve();
      },
    });
  }
}

/** All promise continuations that need no timer. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
