import type { AlarmDto } from '@cardwatch/contracts/api';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Client } from '../../api/client.ts';
import { useConsole } from '../../console.tsx';
import { failureText } from '../../frame/failure.tsx';
import type { Say } from '../../words/say.ts';
import { useWords } from '../../words/words.tsx';
import {
  type ActDone,
  type ActForm,
  type ActTarget,
  actLimits,
  bulkTargetOf,
  countOf,
  free,
  moveOf,
  silencesOf,
  tally,
} from './alarm-acts.core.ts';

interface Keyed {
  readonly form: ActForm;
  readonly target: ActTarget;
  /** One key for each order of this act; made when the dialog opened. */
  readonly keys: readonly string[];
}

export interface ActResult extends ActDone {
  /** The incident that was opened. */
  readonly incidentId: string | null;
}

const changesOf: readonly string[] = [
  'alarms',
  'alarmsCleared',
  'symptoms',
  'alarm',
  'alarmFacets',
  'alarmCount',
  'windows',
  'incidents',
  'burningAlarms',
];

/** Carries an act out, and has read again what it changed. */
export function useAlarmAct() {
  const t = useWords();
  const { client, now } = useConsole();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: ({ form, target, keys }: Keyed): Promise<ActResult> => {
      if (form.act === 'silence') return silence(client, { form, target, keys }, now(), t);
      return form.act === 'incident' ? openIncident(client, { form, target, keys }) : handle(client, { form, target, keys });
    },
    // nobody waits for the lists: what was done is done
    onSuccess: () => {
      void cache.invalidateQueries({ predicate: ({ queryKey }) => changesOf.includes(String(queryKey[0])) });
    },
  });
}

const only = (done: ActDone): ActResult => ({ ...done, incidentId: null });

async function handle(client: Client, { form, target, keys }: Keyed): Promise<ActResult> {
  const move = moveOf(form);
  if (move === null) return only(tally(0, []));
  const [idempotencyKey = ''] = keys;
  const note = form.note.trim();
  const [first] = target.type === 'some' ? target.alarms : [];
  if (first !== undefined && countOf(target) === 1) {
    await client.fetch('handleAlarm', { params: { alarmId: first.alarmId }, body: { move, note, idempotencyKey } });
    return only(tally(1, []));
  }
  const filter = bulkTargetOf(target);
  const done = await client.fetch('handleAlarms', { body: { filter, expected: countOf(target), move, note, idempotencyKey } });
  return only(tally(done.changed, done.refused));
}

/** One silence for each thing; one that is refused leaves the others as they are. */
async function silence(client: Client, { form, target, keys }: Keyed, now: number, t: Say): Promise<ActResult> {
  const reason = form.note.trim().slice(0, actLimits.reason);
  const span = { from: now, to: now + form.forMs };
  const refused: { why: string }[] = [];
  let changed = 0;
  for (const [n, about] of silencesOf(target).entries()) {
    const answer = await client.call('addSilence', { body: { ...about, ...span, reason, idempotencyKey: keys[n] ?? '' } });
    if (answer.ok) changed += 1;
    else refused.push({ why: failureText(answer.error, t).text });
  }
  return only(tally(changed, refused));
}

async function openIncident(client: Client, { form, target, keys }: Keyed): Promise<ActResult> {
  const asked = target.type === 'some' ? target.alarms : await alarmsOf(client, target);
  const alarms = free(asked);
  const elsewhere = asked.filter((alarm) => !alarms.includes(alarm)).map(() => ({ why: 'inIncident' }));
  const occurredAt = alarms.reduce((first, { foundAt }) => Math.min(first, foundAt), Number.MAX_SAFE_INTEGER);
  const [idempotencyKey = ''] = keys;
  const alarmIds = alarms.map(({ alarmId }) => alarmId);
  const body = { title: form.title.trim(), alarmIds, occurredAt, note: form.note.trim(), idempotencyKey };
  const opened = await client.fetch('openIncident', { body });
  return { ...tally(alarmIds.length, elsewhere), incidentId: opened.incidentId };
}

async function alarmsOf(client: Client, { filter }: Extract<ActTarget, { type: 'filter' }>): Promise<readonly AlarmDto[]> {
  return (await client.fetch('alarms', { query: { ...filter, order: 'gravity', limit: actLimits.incidentAlarms } })).items;
}
