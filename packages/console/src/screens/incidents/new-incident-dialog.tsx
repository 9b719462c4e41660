import type { IncidentDto } from '@cardwatch/contracts/api';
import { reasonWords } from '@cardwatch/contracts/words';
import { useQuery } from '@tanstack/react-query';
import { Checkbox, Form } from 'antd';
import { useState } from 'react';
import { useConsole } from '../../console.tsx';
import { useLanguage } from '../../words/words.tsx';
import { ActDialog, useIncidentAct } from './act-dialog.tsx';
import { TextField, TimeField } from './fields.tsx';

interface NewIncidentProps {
  readonly close: () => void;
  readonly done: (incident: IncidentDto) => void;
}

/** What somebody reported, with the alarms that it is about, as far as there are any. */
export function NewIncidentDialog({ close, done }: NewIncidentProps) {
  const { say: t, language } = useLanguage();
  const { client, queries, now } = useConsole();
  const act = useIncidentAct(done);
  const [title, setTitle] = useState('');
  const [note, setNote] = useState('');
  const [at, setAt] = useState<number | undefined>(() => now());
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const free = (useQuery(queries.burningAlarms()).data?.items ?? []).filter(
    ({ incidentId, causeId, raisedAt }) => incidentId === null && causeId === null && raisedAt !== null,
  );
  const submit = (): void => {
    if (at === undefined) return;
    const alarmIds = free.flatMap(({ alarmId }) => (chosen.includes(alarmId) ? [alarmId] : []));
    act.mutate((idempotencyKey) =>
      client.fetch('openIncident', {
        body: { title: title.trim(), note: note.trim(), occurredAt: at, alarmIds, idempotencyKey },
      }),
    );
  };
  return (
    <ActDialog
      title={t('incident.openTitle')}
      text={t('incident.openText')}
      action={t('incident.open')}
      ready={title.trim() !== '' && note.trim() !== '' && at !== undefined}
      act={act}
      submit={submit}
      close={close}
    >
      <TextField id="title" label={t('incident.what')} value={title} change={setTitle} max={200} />
      <TimeField id="occurredAt" label={t('incident.occurredAt')} value={at} change={setAt} />
      <TextField id="note" label={t('incident.note')} value={note} change={setNote} max={1_000} rows={3} />
      {free.length > 0 && (
        <Form.Item label={t('incident.freeAlarms')}>
          <Checkbox.Group
            className="choices"
            value={[...chosen]}
            options={free.map((alarm) => ({ value: alarm.alarmId as string, label: reasonWords(alarm.reason, language).title }))}
            onChange={setChosen}
          />
        </Form.Item>
      )}
    </ActDialog>
  );
}
