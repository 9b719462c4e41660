/** A folder with the files that a configuration speaks of, good and bad ones, and the loader over it. */
import { chmodSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRegistry, describeProfileFailure, type LinkShape } from '@cardwatch/drivers';
import { err, SeededRandom } from '@cardwatch/kernel';
import { z } from 'zod';
import { loadConfig } from '../../../packages/agent/src/config/load.ts';
import { type ConnectionJudge, knownLinks } from '../../../packages/agent/src/config/protocols.ts';
import { type Lang, problemText } from '../../../packages/agent/src/config/words.ts';
import { configDoor } from '../../../packages/agent/src/shell/config-door.ts';

const secretsOf = (agent: string): string =>
  [
    'site: yb',
    `agent: ${agent}`,
    `mqttSecret: ${'A'.repeat(43)}`,
    `siteKey: '${'1b'.repeat(32)}'`,
    'dataKeyId: k1',
    `dataKey: '${'2c'.repeat(32)}'`,
  ].join('\n');

export class Desk {
  readonly folder = mkdtempSync(join(tmpdir(), 'cardwatch-config-'));

  constructor() {
    const put = (name: string, text: string, mode = 0o600): void => {
      writeFileSync(join(this.folder, name), text);
      chmodSync(join(this.folder, name), mode);
    };
    put('secrets.yaml', secretsOf('yb-b3'));
    put('wide.yaml', secretsOf('yb-b3'), 0o644);
    put('other.yaml', secretsOf('yb-c1'));
    put(
      'cut.yaml',
      secretsOf('yb-b3')
        .replace(/siteKey: '../, "siteKey: '")
        .replace(/\ndataKeyId: k1/, ''),
    );
    put('garbage.yaml', 'mqttSecret: [top-secret\n');
    put('gates.yaml', 'user: admin\npassword: open-sesame\n');
    put('gates-wide.yaml', 'user: admin\npassword: open-sesame\n', 0o640);
    put('gates-cut.yaml', 'user: admin\npasswd: open-sesame\npassword: sesame\n');
    put('gates-garbage.yaml', 'password: [open-sesame\n');
    put('hook.key', 'open-sesame\n');
    put('hook-wide.key', 'open-sesame\n', 0o640);
    put('hook-empty.key', '\n');
    put('ca.pem', '-----BEGIN CERTIFICATE-----\n');
  }

  /** All messages about a configuration; none when it is good. */
  async messages(file: string, lang: Lang): Promise<string[]> {
    const own = join(this.folder, 'agent.yaml');
    cpSync(file, own);
    const loaded = await loadConfig(own, doorWithMore, {
      describeProfile: describeProfileFailure,
      catalogue,
      judges,
    });
    return loaded.ok ? [] : loaded.error.map((problem) => problemText(problem, lang).replaceAll(`${this.folder}/`, ''));
  }

  close(): void {
    rmSync(this.folder, { recursive: true });
  }
}

/** Protocols of the tests alone, so that what the registry gains later changes no message here. */
const modbus = knownLinks.get('modbus') ?? {};
const onWire = (device: z.ZodObject): Record<string, LinkShape> =>
  Object.fromEntries(
    ['serial', 'rtuOverTcp'].flatMap((kind) => {
      const link = modbus[kind]?.link;
      return link === undefined ? [] : [[kind, { link, device }]];
    }),
  );
const user = z.string().min(1).max(64);
const gate: LinkShape = {
  link: z.strictObject({ kind: z.literal('gateHttp'), deadlineMs: z.int().min(100).default(5_000) }),
  device: z.strictObject({ host: z.string().min(1).max(253), port: z.int().min(1).max(65_535).default(80) }),
  credentials: z.strictObject({ user, password: z.string().min(8).max(64) }),
  credentialsNeeded: true,
};
const till: LinkShape = {
  link: z.strictObject({ kind: z.literal('tillDialsIn'), port: z.int().min(0).max(65_535) }),
  device: z.strictObject({ terminal: z.string().regex(/^\d{8}$/) }),
};

const catalogue = new Map<string, Readonly<Record<string, LinkShape>>>([
  ['modbus', modbus],
  ['dlt645', onWire(z.strictObject({ unit: z.int() }))],
  ['water', onWire(z.strictObject({ address: z.string().regex(/^\d{14}$/) }))],
  ['gate', { gateHttp: gate }],
  ['till', { tillDialsIn: till }],
]);

const wireOf = (connection: unknown): string => {
  const { kind, path, host, port } = connection as Readonly<Record<string, unknown>>;
  if (kind === 'serial') return `serial:${String(path)}`;
  return kind === 'rtuOverTcp' ? `tcp:${String(host)}:${String(port)}` : `${String(kind)}:${String(host ?? '')}:${String(port)}`;
};

const gateConnection = z
  .strictObject({
    ...gate.link.shape,
    ...gate.device.shape,
    port: z.int(),
    credentials: z.strictObject({ user, password: z.string() }),
  })
  .refine(({ port, credentials }) => port !== 443 || credentials.user !== 'admin', {
    message: 'admin must not use 443',
    path: ['port'],
  });

const judges = new Map<string, ConnectionJudge>([
  ...createRegistry(new SeededRandom(1)),
  ['dlt645', { connection: z.unknown(), lineKey: wireOf }],
  ['water', { connection: z.unknown(), lineKey: wireOf }],
  ['gate', { connection: gateConnection, lineKey: wireOf }],
  ['till', { connection: z.unknown(), lineKey: wireOf }],
]);

const own = ['modbus/cardwatch/plain-shower', 'modbus/cardwatch/ring-shower'];
const borrowed = ['dlt645/cardwatch/meter', 'water/cardwatch/meter', 'gate/cardwatch/door', 'till/cardwatch/pos'];

// Some more profiles than there are: of the other protocols, and one that cannot be used.
const doorWithMore: typeof configDoor = {
  ...configDoor,
  profileNames: () => Promise.resolve([...own, ...borrowed, 'modbus/cardwatch/broken']),
  profile: async (name) => {
    if (name === 'modbus/cardwatch/broken')
      return err({ kind: 'wrongName', file: 'broken/profile.yaml', name: 'modbus/cardwatch/other', allowed: name });
    if (!borrowed.includes(name)) return configDoor.profile(name);
    const ring = await configDoor.profile('modbus/cardwatch/ring-shower');
    if (!ring.ok) return ring;
    const protocol = name.split('/')[0] ?? '';
    return { ok: true, value: { ...ring.value, profile: name, protocol, kind: protocol === 'gate' ? 'gate' : ring.value.kind } };
  },
};
