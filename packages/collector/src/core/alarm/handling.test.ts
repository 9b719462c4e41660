import { epochMs } from '@cardwatch/kernel';
import { expect, test } from 'vitest';
import {
  acknowledgeMsMax,
  handlingExpired,
  type HandlingMove,
  type HandlingState,
  handlingStep,
  untouched,
} from './handling.step.ts';

const now = epochMs(1_790_000_000_000);
const words = { by: 'li', note: 'fuse' } as const;
const moves: Readonly<Record<string, HandlingMove>> = {
  acknowledge: { ...words, type: 'acknowledge', until: epochMs(now + 60_000) },
  assign: { ...words, type: 'assign', to: 'wang' },
  start: { ...words, type: 'start' },
  hold: { ...words, type: 'hold', reason: 'waitingForParts' },
  resume: { ...words, type: 'resume' },
  finish: { ...words, type: 'finish' },
  close: { ...words, type: 'close', burning: false },
  closeBurning: { ...words, type: 'close', burning: true },
};

/** Rows: where it stands, then what each move comes to, in the order of `moves`. */
const legal = `
new          acknowledged        assigned    working        notWorking notOnHold nobodyTookIt closed stillBurning
acknowledged acknowledged        assigned    working        notWorking notOnHold done         closed stillBurning
assigned     alreadyBeingHandled assigned    working        notWorking notOnHold done         closed stillBurning
working      alreadyBeingHandled assigned    alreadyWorking onHold     notOnHold done         closed stillBurning
onHold       alreadyBeingHandled assigned    working        notWorking working   done         closed stillBurning
done         alreadyBeingHandled alreadyDone working        notWorking notOnHold alreadyDone  closed closed
closed       closed              closed      closed         closed     closed    closed       closed closed`;

test('each move from each state is legal or refused with a reason', () => {
  let visited = 0;
  for (const row of legal.trim().split('\n')) {
    const [handling, ...outcomes] = row.split(/\s+/);
    const state = { ...untouched, handling, owner: handling === 'new' ? null : 'li' } as HandlingState;
    Object.entries(moves).forEach(([name, move], index) => {
      const moved = handlingStep(state, move, now);
      const came = moved.ok ? moved.value[0].handling : moved.error.kind;
      expect(`${handling} ${name}: ${came}`).toBe(`${handling} ${name}: ${outcomes[index]}`);
      visited++;
    });
  }
  expect(visited).toBe(56);
});

test.each([
  ['expiry now', { ...words, type: 'acknowledge', until: now }, 'expiryPast'],
  ['expiry too far', { ...words, type: 'acknowledge', until: epochMs(now + acknowledgeMsMax + 1) }, 'expiryTooFar'],
  ['by nobody', { by: '', note: '', type: 'acknowledge', until: epochMs(now + 1) }, 'ownerMissing'],
  ['to nobody', { ...words, type: 'assign', to: '' }, 'ownerMissing'],
] as const)('%s is refused', (_, move, kind) => {
  expect(handlingStep(untouched, move, now)).toEqual({ ok: false, error: { kind, handling: 'new', owner: null } });
});

test('done and a close of what burns need a note', () => {
  const working: HandlingState = { ...untouched, handling: 'working', owner: 'li' };
  const done: HandlingState = { ...untouched, handling: 'done', owner: 'li' };
  expect(handlingStep(working, { type: 'finish', by: 'li', note: ' ' }, now)).toMatchObject({ error: { kind: 'noteMissing' } });
  expect(handlingStep(done, { type: 'close', by: 'li', note: '', burning: true }, now)).toMatchObject({
    error: { kind: 'noteMissing' },
  });
});

test('an acknowledgement is owned, renewed, and runs out', () => {
  const taken = handlingStep(untouched, { ...words, type: 'acknowledge', until: epochMs(now + acknowledgeMsMax) }, now);
  expect(taken).toMatchObject({ ok: true });
  if (!taken.ok) return;
  const [state, effects] = taken.value;
  expect(effects).toEqual([{ type: 'acknowledged' }]);
  expect(state).toEqual({ handling: 'acknowledged', handledAt: now, owner: 'li', acknowledgedUntil: now + acknowledgeMsMax });
  expect(handlingExpired(state, epochMs(now + acknowledgeMsMax - 1))).toEqual([state, []]);
  const [back, said] = handlingExpired(state, epochMs(now + acknowledgeMsMax));
  expect(said).toEqual([{ type: 'acknowledgementExpired' }]);
  expect(back).toMatchObject({ handling: 'new', owner: null, acknowledgedUntil: null });
  expect(handlingExpired({ ...state, handling: 'working' }, epochMs(now + 2 * acknowledgeMsMax))[1]).toEqual([]);
});
