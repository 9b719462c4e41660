/** What a line brings is anything: the matcher accepts nothing whose checksum, address, sequence, command or place is another, and never throws. */
import { createRegistry, loadProfile } from '@cardwatch/drivers';
import { profileRoot } from '@cardwatch/firmware-protocols';
import { type Random, SeededRandom, chance, intBetween, pick, toHex } from '@cardwatch/kernel';
import { type PosModel, indexPos, pagePos } from '@cardwatch/simulators';
import { expect, test } from 'vitest';
import { frameCodec } from '../../../packages/drivers/src/framed/frame.core.ts';
import { type Asked, replyMatcher } from '../../../packages/drivers/src/framed/matcher.core.ts';
import { FramedProfile } from '../../../packages/drivers/src/framed/model.ts';

const rounds = 30_000;

const randomBytes = (random: Random, length: number): Uint8Array => Uint8Array.from({ length }, () => intBetween(random, 0, 255));

async function profileOf(name: string): Promise<FramedProfile> {
  const loaded = await loadProfile(profileRoot, `framed/cardwatch/${name}`);
  if (!loaded.ok) throw new Error(loaded.error.kind);
  return FramedProfile.parse(loaded.value);
}

interface Case {
  readonly asked: Asked;
  readonly reply: Uint8Array;
}

/** A request for records, and the terminal's sound answer to it or to one much like it. */
function draw(random: Random, profile: FramedProfile, model: PosModel): Case {
  const codec = frameCodec(profile.frame);
  const byIndex = model.name === 'index-pos';
  const address = intBetween(random, 1, byIndex ? 254 : 9_999);
  const sequence = byIndex ? undefined : intBetween(random, 0, 255);
  const given = byIndex ? { index: intBetween(random, 0, 900), count: 1 } : { offset: intBetween(random, 0, 900), count: 1 };
  const name = byIndex ? 'records' : 'page';
  const command = profile.commands[name];
  if (command === undefined) throw new Error(`${name} stands in the profile`);
  const body = byIndex
    ? Uint8Array.of(given.index ?? 0, (given.index ?? 0) >> 8, 1)
    : Uint8Array.of((given.offset ?? 0) >> 8, given.offset ?? 0, 1);
  const sent = codec.build({ address, sequence, command: command.code, body }, 'request') ?? new Uint8Array();
  const asked: Asked = { codec, command, given, address, sequence, refusal: profile.frame.refusal?.code, sent };
  const place = chance(random, 0.8) ? (given.index ?? 0) : intBetween(random, 0, 900);
  const records = randomBytes(random, byIndex ? 64 : 32);
  const reply = model.frame(
    {
      address: chance(random, 0.8) ? address : intBetween(random, 1, 254),
      sequence: chance(random, 0.8) ? (sequence ?? 0) : intBetween(random, 0, 255),
      command: chance(random, 0.8) ? command.reply : intBetween(random, 0, 255),
      body: byIndex ? Uint8Array.of(place, place >> 8, 1, ...records) : Uint8Array.of(0, 0, ...records),
    },
    chance(random, 0.1),
  );
  return { asked, reply };
}

function mutate(random: Random, bytes: Uint8Array, sent: Uint8Array): Uint8Array {
  const at = intBetween(random, 0, Math.max(0, bytes.length - 1));
  switch (intBetween(random, 0, 7)) {
    case 0:
      return bytes.map((byte, index) => (index === at ? byte ^ (1 << intBetween(random, 0, 7)) : byte));
    case 1:
      return bytes.subarray(0, at);
    case 2:
      return Uint8Array.of(...randomBytes(random, intBetween(random, 1, 12)), ...bytes);
    case 3:
      return Uint8Array.of(...bytes.subarray(0, at), ...bytes.subarray(at + 1));
    case 4:
      return Uint8Array.of(...sent, ...bytes);
    case 5:
      return Uint8Array.of(...bytes.subarray(0, bytes.length >> 1), ...bytes);
    case 6:
      return randomBytes(random, intBetween(random, 0, 300));
    default:
      return bytes;
  }
}

/** The accepted frame as the simulator would have written it: by its own code, not by the one under test. */
function rebuilt({ asked }: Case, model: PosModel, frame: { readonly command: number; readonly body: Uint8Array }): string {
  return toHex(
    model.frame({ address: asked.address ?? 0, sequence: asked.sequence ?? 0, command: frame.command, body: frame.body }, false),
  );
}

test.each([
  ['index-pos', indexPos],
  ['page-pos', pagePos],
] as const)(`${rounds} streams of %s`, async (name, model) => {
  const random = new SeededRandom(20_261_123);
  const profile = await profileOf(name);
  const met = { reply: 0, wait: 0, broken: 0 };
  let wrong = 0;
  for (let round = 0; round < rounds; round++) {
    const drawn = draw(random, profile, model);
    const stream = mutate(random, drawn.reply, drawn.asked.sent);
    const match = replyMatcher(drawn.asked)(stream, { last: chance(random, 0.5), echoing: chance(random, 0.2) });
    met[match.kind]++;
    if (match.used > stream.length) wrong++;
    if (match.kind !== 'reply') continue;
    const { command, body } = match.value;
    if (command !== drawn.asked.command.reply && command !== drawn.asked.refusal) wrong++;
    if (!toHex(stream).includes(rebuilt(drawn, model, match.value))) wrong++;
    const place = (body[0] ?? 0) + 256 * (body[1] ?? 0);
    if (name === 'index-pos' && command !== drawn.asked.refusal && place !== drawn.asked.given.index) wrong++;
  }
  expect(wrong).toBe(0);
  expect(met.reply).toBeGreaterThan(rounds / 6);
  expect(met.reply + met.wait).toBe(rounds);
});

test('a terminal that answers anything at all never makes the driver throw or invent a record', async () => {
  const random = new SeededRandom(7);
  const { scriptedIo, drive } = await import('@cardwatch/drivers/scripted');
  const signal = new AbortController().signal;
  const outcomes = { ok: 0, failed: 0, records: 0 };
  for (const [name, model] of [['index-pos', indexPos] as const, ['page-pos', pagePos] as const]) {
    const profile = await profileOf(name);
    const driver = createRegistry(random).get('framed');
    if (driver === undefined) throw new Error('framed is registered');
    const { io, clock } = scriptedIo((request, stream) => {
      const [heard] = model.ear().hear(request);
      if (heard === undefined) return;
      const status = model.name === 'page-pos' && chance(random, 0.8) ? [0] : [];
      const length = pick(random, [0, 1, 2, 16, 21, 22, 31, 32, 33, 64, 67]);
      const body = Uint8Array.of(...status, ...randomBytes(random, length));
      clock.after(1, () => stream.feed(model.frame({ ...heard, command: heard.command | 0x80, body }, false)));
    });
    const connection = driver.connection.parse({
      kind: 'framedTcp',
      host: 'h',
      port: 1,
      unit: 9,
      replyTimeoutMs: 20,
      retries: 0,
    });
    const opened = await driver.open(connection, profile, io);
    if (!opened.ok || opened.value.poll === undefined) throw new Error('polls');
    for (let round = 0; round < 1_500; round++) {
      const run = await drive(clock, opened.value.poll.run(pick(random, ['live', 'identity', 'records']), signal));
      outcomes[run.ok ? 'ok' : 'failed']++;
      if (run.ok) outcomes.records += run.value.records.filter(({ check }) => check === 'ok').length;
    }
    await opened.value.close();
  }
  expect(outcomes.records).toBe(0);
  expect(Math.min(outcomes.ok, outcomes.failed)).toBeGreaterThan(50);
});
