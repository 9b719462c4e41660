/** Bugs in the agent outside of its journal: collecting, normalising, sending. */
import type { Plant } from './plant.ts';

const agent = 'packages/agent/src';

export const agentPlants: readonly Plant[] = [
  {
    name: 'generation-raised-without-cause',
    story: 'a terminal that made no record since gets a new generation, and its records a second key',
    file: `${agent}/collect/generation.core.ts`,
    find: 'const fell = newest !== undefined && newest < seen;',
    replace: 'const fell = newest !== undefined && newest <= seen && seen > 0;',
    mode: 'liveness',
  },
  {
    name: 'confirm-before-journal',
    story: 'the terminal is told before the record is in the journal',
    file: `${agent}/collect/custody.ts`,
    find: `  for (const life of livesOf(`,
    replace: `  await confirm(terminal, observation, parts, signal);
  for (const life of livesOf(`,
    mode: 'liveness',
  },
  {
    name: 'confirm-after-failure',
    story: 'the terminal is told although the journal refused the record',
    file: `${agent}/collect/custody.ts`,
    find: `    const taken = await takeLife(terminal, life, parts);
    if (!taken.ok) return taken;`,
    replace: `    const taken = await takeLife(terminal, life, parts);
    if (!taken.ok) return confirm(terminal, observation, parts, signal);`,
    mode: 'liveness',
  },
  {
    name: 'released-when-sent',
    story: 'the window is released when the broker has the batch',
    file: `${agent}/uplink/pump.ts`,
    find: 'this.#publish(upTopic(address, stream), wire);',
    replace: `this.#publish(upTopic(address, stream), wire);
    this.#update(stream, choice.epoch, { contiguousUpto: head.lastSeq, sparse: [], credit: window.credit });`,
    mode: 'liveness',
  },
  {
    name: 'sparse-taken-for-contiguous',
    story: 'a range committed above a hole releases the hole too',
    file: `${agent}/uplink/window.core.ts`,
    find: 'const acked = Math.max(told, contiguousUpto(ranges, told + 1));',
    replace: 'const acked = Math.max(told, contiguousUpto(ranges, told + 1), ranges.at(-1)?.[1] ?? 0);',
    mode: 'liveness',
  },
  {
    name: 'generation-not-raised',
    story: 'a store that was initialised goes on under the old generation',
    file: `${agent}/collect/generation.core.ts`,
    find: 'return cursor.generation + (rise > 0 && rise <= lifeRiseMax ? rise : 1);',
    replace: 'return cursor.generation + (rise > 0 && rise <= lifeRiseMax ? 0 : 1);',
    mode: 'safety',
  },
  {
    name: 'fen-by-the-ten',
    story: 'an amount is rounded to ten fen',
    file: `${agent}/normalise/normalise.core.ts`,
    find: 'return value === undefined ? undefined : value * factor;',
    replace: 'return value === undefined ? undefined : Math.round(value / 10) * 10 * factor;',
    mode: 'liveness',
  },
  {
    name: 'balances-exchanged',
    story: 'the balance before is booked as the one after, and the other way round',
    file: `${agent}/normalise/normalise.core.ts`,
    find: `    balanceBeforeFen: fen(fields.balanceBefore),
    balanceAfterFen: fen(fields.balanceAfter),`,
    replace: `    balanceBeforeFen: fen(fields.balanceAfter),
    balanceAfterFen: fen(fields.balanceBefore),`,
    mode: 'liveness',
  },
  {
    name: 'card-tail-from-the-front',
    story: 'the first digits of a card are kept in clear, not the last',
    file: `${agent}/normalise/normalise.core.ts`,
    find: 'cardTail: card.slice(-4),',
    replace: 'cardTail: card.slice(0, 4),',
    mode: 'liveness',
  },
  {
    name: 'time-of-the-agent',
    story: 'a record gets the time at which it was collected, not the one at which it was made',
    file: `${agent}/normalise/moment.core.ts`,
    find: "return { observedAt: at, clockQuality: drifted ? 'drifted' : 'ok' };",
    replace: "return { observedAt: recordedAt, clockQuality: drifted ? 'drifted' : 'ok' };",
    mode: 'liveness',
  },
  {
    name: 'time-taken-for-utc',
    story: 'the civil time of a device is taken for UTC',
    file: `${agent}/normalise/moment.core.ts`,
    find: 'const at = parseDeviceTime(text);',
    replace: 'const told = parseDeviceTime(text);\n  const at = told === undefined ? undefined : epochMs(told + 28_800_000);',
    mode: 'liveness',
  },
  {
    name: 'remembered-before-the-journal',
    story: 'a record counts as taken before the journal has it: when the journal refuses it, it is left out the next time',
    file: `${agent}/collect/custody.ts`,
    find: 'if (number !== undefined) written.push([number, hash]);',
    replace: 'if (number !== undefined) memory.numbered.put(number, hash);',
    mode: 'liveness',
  },
  {
    name: 'released-on-puback',
    story: 'the broker said PUBACK, so the collector has it',
    file: `${agent}/uplink/pump.ts`,
    find: 'this.#publish(upTopic(address, stream), wire);',
    replace: `this.#publish(upTopic(address, stream), wire);
    void this.#connection.publish(upTopic(address, stream), wire).then((said) => {
      if (said.ok) this.#update(stream, choice.epoch, { contiguousUpto: head.lastSeq, sparse: [], credit: window.credit });
    });`,
    mode: 'liveness',
  },
  {
    name: 'due-on-the-wall-clock',
    story: 'a batch is due by the wall clock and looked for by the monotonic one',
    file: `${agent}/uplink/pump.ts`,
    find: 'head.lastSeq, clock.mono(), random.next()));',
    replace: 'head.lastSeq, clock.now(), random.next()));',
    mode: 'liveness',
  },
  {
    name: 'older-epochs-forgotten',
    story: 'what stands unsent in an older epoch counts as sent once a new one is granted',
    file: `${agent}/uplink/pump.ts`,
    find: 'acked: current && state.epoch === welcome.epoch.no ? 0 : state.acked, liveFrom };',
    replace: 'acked: current && state.epoch === welcome.epoch.no ? 0 : state.last, liveFrom };',
    mode: 'safety',
  },
  {
    name: 'epoch-opened-in-memory',
    story: 'a new epoch counts before it is on the disk',
    file: `${agent}/journal/epoch-file.ts`,
    find: 'return replaceFile(parts.disk, path, encodeEpoch({ no, uuid, agent: parts.agent }));',
    replace:
      'void replaceFile(parts.disk, path, encodeEpoch({ no, uuid, agent: parts.agent }));\n  return Promise.resolve(ok(undefined));',
    mode: 'liveness',
  },
  {
    name: 'known-by-number-alone',
    story: 'a record that is offered again under a number is left out, whatever it says now',
    file: `${agent}/collect/custody.ts`,
    find: 'if (number !== undefined && memory.numbered.get(number) === hash) {',
    replace: 'if (number !== undefined && memory.numbered.get(number) !== undefined) {',
    mode: 'safety',
  },
  {
    name: 'never-sent-again',
    story: 'a batch that nobody acknowledges stays in the air for ever',
    file: `${agent}/uplink/window.core.ts`,
    find: 'dueMs: nowMs + baseMs + draw * (high - baseMs),',
    replace: 'dueMs: nowMs + 86_400_000 + draw * (high - baseMs),',
    mode: 'liveness',
  },
  {
    name: 'acknowledged-in-every-epoch',
    story: 'a word about one epoch moves the numbers of all',
    file: `${agent}/uplink/window.core.ts`,
    find: 'const lives = window.lives.map((life) => (life.epoch === epoch ? advance(life, progress) : life));',
    replace: 'const lives = window.lives.map((life) => (life.epoch <= epoch ? advance(life, progress) : life));',
    mode: 'safety',
  },
];
