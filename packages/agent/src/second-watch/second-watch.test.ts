import { type EpochMs, epochMs, SeededRandom } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import { messageOf } from './message.core.ts';
import { KeptSecondWatch, keptOf } from './kept.ts';
import {
  newSecondWatch,
  type SecondWatchEffect,
  type SecondWatchEvent,
  type SecondWatchRules,
  type SecondWatchState,
  secondWatchLimits,
  secondWatchStep,
  type Waiting,
} from './second-watch.step.ts';

const rules: SecondWatchRules = { agent: 'yb-b3', everyMs: 10_000, failures: 3, afterMs: 60_000, againMs: 1_800_000 };
const start = 1_790_000_000_000;
const at = (seconds: number): EpochMs => epochMs(start + seconds * 1_000);
const refused = { code: 'unreachable', detail: 'ECONNREFUSED' } as const;

/** A watch in virtual time: looks every ten seconds, tells at once, and keeps its state the way the disk does. */
class Desk {
  state: SecondWatchState = newSecondWatch;
  readonly told: string[] = [];
  readonly turns: string[] = [];
  /** Channel and name of each message that arrived. */
  readonly reached: string[] = [];
  /** Channels that cannot be reached. */
  readonly cut = new Set<string>();
  seconds = 0;
  readonly #rules: SecondWatchRules;

  constructor(channels: readonly string[] = ['hook', 'mail'], own: SecondWatchRules = rules) {
    this.#rules = own;
    this.feed({ type: 'started', channels });
  }

  feed(event: SecondWatchEvent): void {
    const [state, effects] = secondWatchStep(this.#rules)(this.state, event, at(this.seconds));
    this.state = state;
    for (const effect of effects) this.#act(effect);
  }

  #act(effect: SecondWatchEffect): void {
    if (effect.type === 'turned') this.turns.push(`${this.seconds}s ${effect.to}`);
    if (effect.type !== 'send') return;
    const ok = !this.cut.has(effect.channel);
    if (ok) this.told.push(`${this.seconds}s ${effect.channel} ${effect.waiting.kind}`);
    if (ok) this.reached.push(`${effect.channel} ${effect.waiting.noticeId}`);
    this.feed({ type: 'sent', channel: effect.channel, noticeId: effect.waiting.noticeId, ok });
  }

  /** Looks every ten seconds until then. */
  look(untilS: number, well: boolean): void {
    for (; this.seconds < untilS; this.seconds += 10) {
      this.feed({ type: 'checked', why: well ? null : refused });
      this.feed({ type: 'ticked' });
    }
  }

  /** Dies without a word and begins again from what was kept. */
  restart(channels: readonly string[] = ['hook', 'mail'], afterS = 0): void {
    const kept = KeptSecondWatch.parse(JSON.parse(JSON.stringify(keptOf(this.state))));
    this.state = kept.state as SecondWatchState;
    this.seconds += afterS;
    this.feed({ type: 'started', channels });
  }
}

describe('the second watch', () => {
  test('tells each channel once that the collector is lost, and once that it is back', () => {
    const desk = new Desk();
    desk.look(20, true);
    desk.look(300, false);
    desk.look(600, true);
    //   20s  first bad check     -> in doubt
    //   80s  bad for a minute    -> lost, both are told
    //  310s  second good check   -> back, both are told
    expect(desk.turns).toEqual(['20s doubtful', '80s lost', '310s well']);
    expect(desk.told).toEqual(['80s hook lost', '80s mail lost', '310s hook back', '310s mail back']);
  });

  test('a doubt that passes tells nobody', () => {
    const desk = new Desk();
    for (let round = 0; round < 20; round++) {
      desk.look(desk.seconds + 50, false);
      desk.look(desk.seconds + 10, true);
    }
    expect(desk.told).toEqual([]);
    expect(desk.turns).toHaveLength(40);
  });

  test('one good check in between is no recovery', () => {
    const desk = new Desk();
    desk.look(100, false);
    for (let round = 0; round < 10; round++) {
      desk.look(desk.seconds + 10, true);
      desk.look(desk.seconds + 20, false);
    }
    expect(desk.told).toEqual(['60s hook lost', '60s mail lost']);
  });

  test.each([
    // failures, afterMs, everyMs -> told at
    [3, 60_000, 10_000, 60],
    [1, 1_000, 10_000, 10],
    [10, 1_000, 10_000, 90],
  ])('needs %i bad checks and %i ms, both', (failures, afterMs, everyMs, toldAt) => {
    const desk = new Desk(['hook'], { ...rules, failures, afterMs, everyMs });
    desk.look(200, false);
    expect(desk.told).toEqual([`${toldAt}s hook lost`]);
  });

  test.each([
    [1_800_000, ['60s hook lost', '1860s hook again', '3660s hook again']],
    [0, ['60s hook lost']],
  ])('while it stays lost it is told again every %i ms', (againMs, told) => {
    const desk = new Desk(['hook'], { ...rules, againMs });
    desk.look(4_000, false);
    expect(desk.told).toEqual(told);
  });

  test('a channel that is cut is tried again with pauses, and hears of a loss that is over with the recovery alone', () => {
    const desk = new Desk();
    desk.cut.add('mail');
    desk.look(1_000, false);
    expect(desk.told).toEqual(['60s hook lost']);
    const tries = desk.state.channels.mail?.waiting?.tries ?? 0;
    expect(tries).toBeGreaterThan(4);
    expect(tries).toBeLessThan(12);
    desk.look(1_100, true);
    desk.cut.clear();
    desk.look(1_600, true);
    expect(desk.told.filter((told) => told.includes('mail'))).toHaveLength(1);
    expect(desk.told.at(-1)).toMatch(/mail back$/);
  });

  test('a recovery that cannot be told for a day is let go', () => {
    const desk = new Desk(['hook']);
    desk.look(100, false);
    desk.cut.add('hook');
    desk.look(100 + secondWatchLimits.backMs / 1_000 + 400, true);
    expect(desk.state.channels.hook).toEqual({ toldAt: null, told: 0, waiting: null });
    desk.cut.clear();
    desk.look(desk.seconds + 1_000, true);
    expect(desk.told).toEqual(['60s hook lost']);
  });

  test('at most one message waits for a channel, and each has a name of its own', () => {
    const random = new SeededRandom(7);
    const desk = new Desk(['a', 'b', 'c']);
    const ids = new Set<string>();
    for (let round = 0; round < 2_000; round++) {
      desk.cut.clear();
      for (const name of ['a', 'b', 'c']) if (random.next() < 0.5) desk.cut.add(name);
      desk.look(desk.seconds + 10 * Math.ceil(random.next() * 12), random.next() < 0.5);
      for (const { waiting } of Object.values(desk.state.channels)) if (waiting !== null) ids.add(waiting.noticeId);
      if (round % 7 === 0) desk.restart(['a', 'b', 'c']);
      expect(Object.keys(desk.state.channels)).toHaveLength(3);
    }
    expect(ids.size).toBeGreaterThan(100);
    for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9-]{1,64}$/);
    // No message reaches a channel twice, and a recovery ends each loss that was told before the next recovery.
    expect(new Set(desk.reached).size).toBe(desk.reached.length);
    for (const name of ['a', 'b', 'c']) {
      const heard = desk.told.filter((told) => told.includes(` ${name} `)).map((told) => told.split(' ')[2]);
      expect(heard.filter((kind) => kind === 'lost').length).toBeGreaterThan(50);
      for (const [index, kind] of heard.entries()) if (kind === 'again') expect(heard[index - 1]).not.toBe('back');
    }
  });
});

describe('a restart', () => {
  test('while it is lost repeats nothing, and the recovery is still told', () => {
    const desk = new Desk();
    desk.look(100, false);
    desk.restart(undefined, 3_600);
    desk.look(desk.seconds + 100, false);
    desk.restart();
    desk.look(desk.seconds + 100, true);
    expect(desk.told.filter((told) => told.endsWith('lost'))).toHaveLength(2);
    expect(desk.told.filter((told) => told.endsWith('again'))).toHaveLength(2);
    expect(desk.told.filter((told) => told.endsWith('back'))).toHaveLength(2);
  });

  test('before a message went sends it, under the same name', () => {
    const desk = new Desk(['hook']);
    desk.cut.add('hook');
    desk.look(70, false);
    const waiting = desk.state.channels.hook?.waiting?.noticeId;
    desk.restart(['hook']);
    expect(desk.state.channels.hook?.waiting?.noticeId).toBe(waiting);
    desk.cut.clear();
    desk.look(desk.seconds + 60, false);
    expect(desk.told.map((told) => told.split(' ').slice(1))).toEqual([['hook', 'lost']]);
  });

  test('after a pause of hours does not count a doubt from before', () => {
    const desk = new Desk();
    desk.look(50, false);
    desk.restart(undefined, 7_200);
    desk.look(desk.seconds + 30, false);
    expect(desk.told).toEqual([]);
    expect(desk.state.condition).toBe('doubtful');
  });

  test('within a few periods goes on doubting', () => {
    const desk = new Desk();
    desk.look(50, false);
    desk.restart();
    desk.look(70, false);
    expect(desk.told).toEqual(['60s hook lost', '60s mail lost']);
  });

  test('with other channels: a new one hears of a loss that stands, one that is gone is forgotten', () => {
    const desk = new Desk(['hook']);
    desk.look(100, false);
    desk.restart(['mail']);
    desk.look(desk.seconds + 20, false);
    expect(desk.told).toEqual(['60s hook lost', '100s mail lost']);
    expect(Object.keys(desk.state.channels)).toEqual(['mail']);
  });

  test('with a clock that was set back holds no message', () => {
    const desk = new Desk(['hook']);
    desk.cut.add('hook');
    desk.look(400, false);
    desk.restart(['hook'], -86_400);
    desk.cut.clear();
    desk.look(desk.seconds + 30, false);
    expect(desk.told).toHaveLength(1);
  });
});

describe('a message', () => {
  const waiting: Waiting = {
    kind: 'lost',
    noticeId: 'yb-b3-x-lost-0',
    since: at(0),
    until: null,
    told: 0,
    queuedAt: at(65),
    tries: 0,
    nextTryAt: at(65),
  };
  const own = { site: 'yb', agent: 'yb-b3', uplink: { phase: 'waiting', since: at(3) }, unacknowledged: 412 } as const;
  const telling = { waiting, why: refused, collector: 'https://cw.example', own } as const;

  test.each([
    ['zh', /收集服务器失联/, /65 秒/, /无法连接（ECONNREFUSED）/, /上行：等待重连/],
    ['en', /The collector is lost/, /65 s/, /no connection \(ECONNREFUSED\)/, /Uplink of agent yb\/yb-b3: waiting to connect/],
  ] as const)('in %s says what, since when, why, and how its own uplink is', (language, title, span, why, uplink) => {
    const message = messageOf({ ...telling, language }, at(65));
    expect(message.title).toMatch(title);
    expect(message.title).not.toContain('\n');
    for (const pattern of [span, why, uplink, /412/, /https:\/\/cw\.example/]) expect(message.text).toMatch(pattern);
    expect(message.cleared).toBe(false);
  });

  test.each([
    ['zh', 0, /补报/, true],
    ['zh', 1, /补报/, false],
    ['en', 0, /not told before/, true],
    ['en', 2, /not told before/, false],
  ] as const)('of a recovery in %s after %i messages', (language, told, pattern, late) => {
    const back: Waiting = { ...waiting, kind: 'back', until: at(4_000), told };
    const message = messageOf({ ...telling, waiting: back, why: null, language }, at(9_000));
    expect(pattern.test(message.text)).toBe(late);
    expect(message.text).toMatch(language === 'zh' ? /66 分钟/ : /66 min/);
    expect(message.cleared).toBe(true);
  });

  test.each([
    ['zh', { code: 'watchStill', detail: '' }, /在线，但值守不正常/, /值守已停转/],
    ['en', { code: 'watchBehind', detail: '' }, /answers, its watch is not well/, /the watch is behind/],
    ['zh', { code: 'degraded', detail: 'shed, fromTomorrow' }, /失联/, /（入库过载，已让采集器稍后重发；fromTomorrow）/],
    ['en', { code: 'degraded', detail: 'agentLost' }, /is lost/, /\(an agent is lost\)/],
  ] as const)('in %s of %o', (language, cause, title, text) => {
    const message = messageOf({ ...telling, why: cause, language }, at(65));
    expect(message.title).toMatch(title);
    expect(message.text).toMatch(text);
  });
});
