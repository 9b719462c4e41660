import { type Socket, createSocket } from 'node:dgram';
import type * as NetSnmp from 'net-snmp';
import type { Clock } from '@cardwatch/kernel';
import type { Cell, CellType } from './cell.core.ts';

type Library = typeof NetSnmp;

let library: Promise<Library> | undefined;

// The package is CommonJS: its names stand on the default export.
const load = (): Promise<Library> =>
  (library ??= import('net-snmp').then((module) => (module as unknown as { readonly default: Library }).default));

/** Tables that change are written anew at most this often. */
const refreshMs = 100;

export interface SnmpUser {
  readonly name: string;
  readonly authKey: string;
  readonly privKey: string;
}

export interface SnmpAgentPlan {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly community: string;
  /** Of v3: SHA and AES. */
  readonly user?: SnmpUser;
  readonly clock: Clock;
  cells(nowMs: number): readonly Cell[];
}

/** What may be wrong with the wire to one agent. */
export interface SnmpWire {
  silent: boolean;
  garbage: boolean;
  delayMs: number;
  requests: number;
}

export interface RunningSnmpAgent {
  readonly port: number;
  readonly wire: SnmpWire;
  close(): Promise<void>;
}

/** Node of the library's tree of objects, as far as it is used here. */
interface TreeNode {
  provider?: unknown;
  valueType: number;
  value: unknown;
}
interface Tree {
  addNodesForOid(oid: string): TreeNode;
}

/** An SNMP agent of v2c, and of v3 for one user, whose objects are asked for as they are now. */
export async function openSnmpAgent(plan: SnmpAgentPlan): Promise<RunningSnmpAgent> {
  const snmp = await load();
  const wire: SnmpWire = { silent: false, garbage: false, delayMs: 0, requests: 0 };
  const sockets = scriptedSockets(plan, wire, refresh);
  // Options of the library's agent go beyond their declared type.
  const options = {
    port: plan.port,
    address: plan.host,
    dgramModule: sockets,
    accessControlModelType: snmp.AccessControlModelType.None,
  };
  const agent = snmp.createAgent(options as Parameters<Library['createAgent']>[0], () => {});
  const authorizer = agent.getAuthorizer();
  authorizer.addCommunity(plan.community);
  if (plan.user !== undefined) authorizer.addUser(userOf(snmp, plan.user));
  const written = { shape: '', atMs: Number.NEGATIVE_INFINITY };
  function refresh(): void {
    const nowMs = plan.clock.mono();
    if (nowMs - written.atMs < refreshMs) return;
    written.atMs = nowMs;
    const cells = plan.cells(nowMs);
    const shape = cells.map(({ oid }) => oid).join();
    if (shape !== written.shape) agent.setMib(emptyMib(snmp));
    written.shape = shape;
    fill(agent.getMib() as unknown as Tree, cells, snmp);
  }
  const port = await sockets.bound;
  return { port, wire, close: () => sockets.close() };
}

function userOf(snmp: Library, { name, authKey, privKey }: SnmpUser): NetSnmp.User {
  const { SecurityLevel, AuthProtocols, PrivProtocols } = snmp;
  return {
    name,
    level: SecurityLevel.authPriv,
    authProtocol: AuthProtocols.sha,
    authKey,
    privProtocol: PrivProtocols.aes,
    privKey,
  };
}

/** Every object stands under one of these, so that the agent finds a provider for it. */
const roots = ['1.3.6.1.2.1', '1.3.6.1.6.3.10', '1.0.8802.1.1.2'];

const emptyMib = (snmp: Library): ReturnType<Library['createMib']> => snmp.createMib({});

function fill(tree: Tree, cells: readonly Cell[], snmp: Library): void {
  for (const root of roots) {
    if (!cells.some(({ oid }) => oid.startsWith(`${root}.`))) continue;
    const { Scalar } = snmp.MibProviderType;
    tree.addNodesForOid(root).provider ??= { name: root, oid: root, type: Scalar, maxAccess: snmp.MaxAccess['read-only'] };
  }
  const types: Readonly<Record<CellType, number>> = {
    integer: snmp.ObjectType.Integer,
    octets: snmp.ObjectType.OctetString,
    counter32: snmp.ObjectType.Counter,
    gauge32: snmp.ObjectType.Gauge,
    ticks: snmp.ObjectType.TimeTicks,
    counter64: snmp.ObjectType.Counter64,
  };
  for (const { oid, type, value } of cells) {
    const node = tree.addNodesForOid(oid);
    node.valueType = types[type];
    node.value = typeof value === 'bigint' ? bytesOf(value) : value instanceof Uint8Array ? Buffer.from(value) : value;
  }
}

/** BER of an unsigned number: no more octets than needed, and a zero in front where the first bit is set. */
function bytesOf(value: bigint): Buffer {
  const hex = value.toString(16);
  const even = hex.length % 2 === 0 ? hex : `0${hex}`;
  const bytes = Buffer.from(even, 'hex');
  return (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes;
}

/** Sockets whose wire may be cut, slow or mad. */
function scriptedSockets({ host, port, clock }: SnmpAgentPlan, wire: SnmpWire, asked: () => void) {
  let socket: Socket | undefined;
  let bind: (port: number) => void = () => {};
  let fail: (error: Error) => void = () => {};
  const bound = new Promise<number>((resolve, reject) => {
    bind = resolve;
    fail = reject;
  });
  const createSocketOf = (type: 'udp4' | 'udp6'): Socket => {
    const made = createSocket(type);
    socket = made;
    const real = { on: made.on.bind(made), send: made.send.bind(made), bind: made.bind.bind(made) };
    made.once('error', fail);
    made.once('listening', () => bind(made.address().port));
    const on = (event: string, listener: (...given: unknown[]) => void): Socket =>
      event !== 'message'
        ? real.on(event, listener)
        : real.on('message', (bytes, from) => {
            wire.requests++;
            if (wire.silent) return;
            asked();
            listener(bytes, from);
          });
    const send = (bytes: Buffer, offset: number, length: number, to: number, address: string): void => {
      const out = wire.garbage ? Buffer.from([0x30, 0xff, 0x01, 0x02]) : bytes.subarray(offset, offset + length);
      const put = (): void => {
        if (socket !== undefined) real.send(out, to, address, () => {});
      };
      if (wire.delayMs > 0) clock.after(wire.delayMs, put);
      else put();
    };
    // The library would turn port 0 into 161.
    const bindHere = (): Socket => real.bind({ port, address: host });
    return Object.assign(made, { on, send, bind: bindHere } as unknown as Partial<Socket>);
  };
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      const held = socket;
      socket = undefined;
      if (held === undefined) resolve();
      else held.close(() => resolve());
    });
  return { createSocket: createSocketOf, bound, close };
}
