import type { IncidentDto } from '@cardwatch/contracts/api';
import type { Alarm } from '@cardwatch/contracts/watch';
import { reasonWords } from '@cardwatch/contracts/words';
import { Checkbox, Form } from 'antd';
import { useState } from 'react';
import { useConsole } from '../../console.tsx';
import { useLanguage } from '../../words/words.tsx';
import { ActDialog, useIncidentAct } from './act-dialog.tsx';
import { TextField } from './fields.tsx';

interface SplitProps {
  readonly incident: IncidentDto;
  readonly alarms: readonly Alarm[];
  readonly close: () => void;
  readonly done: (made: IncidentDto) => void;
}

const alarmsMax = 200;

/** 拆分: some alarms into an incident of their own; at least one stays. */
export function SplitDialog({ incident, alarms, close, done }: SplitProps) {
  const { say: t, language } = useLanguage();
  const { client } = useConsole();
  const act = useIncidentAct(done);
  const [title, setTitle] = useState('');
  const [note, setNote] = useState('');
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const fits = chosen.length > 0 && chosen.length < alarms.length && chosen.length <= alarmsMax;
  const submit = (): void =>
    act.mutate((idempotencyKey) =>
      client.fetch('splitIncident', {
        params: { incidentId: incident.incidentId },
        body: {
          title: title.trim(),
          alarmIds: alarms.flatMap(({ alarmId }) => (chosen.includes(alarmId) ? [alarmId] : [])),
          note: note.trim(),
          idempotencyKey,
        },
      }),
    );
  return (
    <ActDialog
      title={t('incident.splitTitle', { number: incident.number })}
      text={t('incident.splitText')}
      action={t('incident.act.split')}
      ready={fits && title.trim() !== '' && note.trim() !== ''}
      act={act}
      submit={submit}
      close={close}
    >
      <Form.Item label={t('incident.splitWhich', { n: chosen.length })}>
        <Checkbox.Group
          className="choices"
          value={[...chosen]}
          options={alarms.map((alarm) => ({ value: alarm.alarmId as string, label: reasonWords(alarm.reason, language).title }))}
          onChange={setChosen}
        />
      </Form.Item>
      <TextField id="title" label={t('incident.what')} value={title} change={setTitle} max={200} />
      <TextField id="note" label={t('incident.note')} value={note} change={setNote} max={1_000} rows={2} />
    </ActDialog>
  );
}
