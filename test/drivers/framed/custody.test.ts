/** The agent with the real driver and simulated terminals, in virtual time: from the sale to the ledger, through faults, crashes and a counter that runs over its end. */
import { type CommonProfile, createRegistry, describeProfileFailure, loadProfile } from '@cardwatch/drivers';
import { scriptedIo } from '@cardwatch/drivers/scripted';
import { DeviceId, ProfileName } from '@cardwatch/contracts';
import { profileRoot } from '@cardwatch/firmware-protocols';
import { SeededRandom, chance, intBetween, pick } from '@cardwatch/kernel';
import { FramedPos, type TrueRecord, indexPos, pagePos } from '@cardwatch/simulators';
import { beforeAll, describe, expect, test } from 'vitest';
import { FramedBus } from '../../../packages/simulators/src/framed/bus.ts';
import { Bench } from '../../agent/bench.ts';

const card = '6225000000000014';
const profiles = new Map<string, CommonProfile>();

beforeAll(async () => {
  for (const model of ['index-pos', 'page-pos']) {
    const loaded = await loadProfile(profileRoot, `framed/cardwatch/${model}`);
    if (!loaded.ok) throw new Error(describeProfileFailure(loaded.error));
    profiles.set(model, loaded.value);
  }
});

interface Canteen {
  readonly bench: Bench;
  readonly bus: FramedBus;
  readonly terminals: readonly FramedPos[];
  readonly truth: readonly TrueRecord[];
}

function canteen(seed: number, newestNo: number): Canteen {
  const bench = new Bench([]);
  const { clock } = bench;
  const truth: TrueRecord[] = [];
  const parts = { clock, truth: { record: (entry: TrueRecord) => void truth.push(entry), pass: () => {} } };
  const terminals = [
    new FramedPos({ deviceId: 'pos-index', model: indexPos, address: 7 }, parts),
    new FramedPos({ deviceId: 'pos-page', model: pagePos, address: 21, newestNo }, parts),
  ];
  const bus = new FramedBus({ clock, random: new SeededRandom(seed), terminals, thinkMs: 3 });
  const { io } = scriptedIo((request, stream) => {
    const hear = bus.attend({ send: (bytes) => stream.feed(bytes), reset: () => stream.reset() });
    clock.after(1, () => hear(request));
  }, clock);
  const driver = createRegistry(new SeededRandom(seed)).get('framed');
  if (driver === undefined) throw new Error('framed is registered');
  for (const { deviceId, address, model } of terminals) {
    const profile = profiles.get(model.name);
    if (profile === undefined) throw new Error(model.name);
    const connection = driver.connection.parse({
      kind: 'rtuOverTcp',
      host: 'h',
      port: 4_001,
      unit: address,
      replyTimeoutMs: 200,
    });
    const lineKey = driver.lineKey(connection);
    const declaration = {
      deviceId: DeviceId.parse(deviceId),
      name: deviceId,
      kind: 'pos' as const,
      profile: ProfileName.parse(profile.profile),
      line: 'canteen',
      place: { campus: 'c' },
    };
    bench.addDevice({ declaration, profile, lineKey }, () => driver.open(connection, profile, io));
  }
  return { bench, bus, terminals, truth };
}

const striking = [
  'silent',
  'lateReply',
  'garbage',
  'wrongChecksum',
  'wrongAddress',
  'halfFrame',
  'reset',
  'slowDrip',
  'echo',
  'lostConfirm',
] as const;

/** Two hours of sales; every few minutes something is struck, the agent dies, or the uplink is cut. */
async function day({ bench, bus, terminals }: Canteen, seed: number): Promise<void> {
  const random = new SeededRandom(seed);
  await bench.agent.start();
  for (let minute = 0; minute < 120; minute++) {
    for (const pos of terminals) buy(pos, random);
    const type = striking[minute % striking.length] ?? 'silent';
    const deviceId = pick(random, terminals).deviceId;
    bus.strike({ type, deviceId, delayMs: 300, deltaMs: undefined, records: undefined }, type);
    await bench.pass(intBetween(random, 5_000, 40_000));
    bus.heal(type, deviceId);
    if (minute % 17 === 9) for (const pos of terminals) bus.reboot(pos);
    if (minute % 13 === 4) await bench.crashAndRestart();
    if (minute % 29 === 3) bench.network.up = !bench.network.up;
    await bench.pass(20_000);
  }
  bench.network.up = true;
  await bench.passUntil(() => terminals.every(({ store }) => store.held === 0), 900_000);
  await bench.pass(180_000);
}

function buy(pos: FramedPos, random: SeededRandom): void {
  for (let i = intBetween(random, 0, 6); i > 0; i--) {
    const sale = {
      card,
      amountFen: intBetween(random, 1, 2_500),
      balanceBeforeFen: 30_000,
      cardCounter: intBetween(random, 0, 60_000),
    };
    expect(pos.sell(sale)).toBe('sold');
    if (chance(random, 0.1)) pos.reverse(sale);
  }
}

const keyOf = ({ deviceId, generation, recordNo }: TrueRecord): string => `${deviceId}/${generation}/${recordNo}`;

describe('from the sale to the ledger', () => {
  test.each([
    [1, 0],
    [2, 999_800],
  ])('seed %i, page-pos begins behind number %i', async (seed, newestNo) => {
    const site = canteen(seed, newestNo);
    await day(site, seed);
    const { ledger } = site.bench;
    expect(site.truth.length).toBeGreaterThan(500);
    expect([...ledger.rows.keys()].toSorted()).toEqual(site.truth.map(keyOf).toSorted());
    expect([ledger.conflicts, ledger.undecoded.length]).toEqual([0, 0]);
    const wrong = site.truth.filter((entry) => {
      const row = ledger.rows.get(keyOf(entry))?.line;
      if (row?.type !== 'transaction') return true;
      return (
        row.kind !== entry.kind || row.amountFen !== entry.amountFen || row.checks.balance !== 'ok' || row.clockQuality !== 'ok'
      );
    });
    expect(wrong).toEqual([]);
    expect(new Set(site.truth.map(({ generation }) => generation)).size).toBe(newestNo === 0 ? 1 : 2);
    const gaps = ledger.events.filter((event) => event.type === 'gap');
    expect(gaps).toEqual([]);
    await site.bench.stop();
  });
});
