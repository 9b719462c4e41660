import type { IncidentDto } from '@cardwatch/contracts/api';
import type { IncidentMark } from '@cardwatch/contracts/watch';
import { useState } from 'react';
import { useConsole } from '../../console.tsx';
import { useWords } from '../../words/words.tsx';
import { ActDialog, useIncidentAct } from './act-dialog.tsx';
import { ChoiceField, TextField } from './fields.tsx';

export const incidentMarks = [
  'onSite',
  'consulted',
  'startNotice',
  'latestNotice',
  'endNotice',
  'preliminaryReport',
  'finalReport',
] as const satisfies readonly IncidentMark[];

const once: ReadonlySet<IncidentMark> = new Set(['preliminaryReport', 'finalReport', 'startNotice']);

interface MarkProps {
  readonly incident: IncidentDto;
  readonly close: () => void;
  readonly initial?: IncidentMark;
}

/** 登记时刻: now somebody is on site, the experts are asked, the users are told, a report is handed in. */
export function MarkDialog({ incident, close, initial }: MarkProps) {
  const t = useWords();
  const { client } = useConsole();
  const act = useIncidentAct(close);
  const [mark, setMark] = useState<IncidentMark | undefined>(initial);
  const [note, setNote] = useState('');
  const open = incidentMarks.filter((one) => !once.has(one) || incident.marks?.[one] === undefined);
  const submit = (): void => {
    if (mark === undefined) return;
    act.mutate((idempotencyKey) =>
      client.fetch('markIncident', {
        params: { incidentId: incident.incidentId },
        body: { mark, note: note.trim(), idempotencyKey },
      }),
    );
  };
  return (
    <ActDialog
      title={t('incident.markTitle', { number: incident.number })}
      text={t('incident.markText')}
      action={t('incident.act.mark')}
      ready={mark !== undefined && note.trim() !== ''}
      act={act}
      submit={submit}
      close={close}
    >
      <ChoiceField
        id="mark"
        label={t('incident.moment')}
        value={mark}
        options={open.map((value) => ({ value, label: t(`incident.mark.${value}`) }))}
        change={setMark}
      />
      <TextField id="note" label={t('incident.note')} value={note} change={setNote} max={1_000} rows={2} />
    </ActDialog>
  );
}
