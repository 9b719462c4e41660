import type { IncidentDto } from '@cardwatch/contracts/api';
import { AutoComplete, Form } from 'antd';
import { useState } from 'react';
import { useConsole } from '../../console.tsx';
import { useWords } from '../../words/words.tsx';
import { ActDialog, useIncidentAct } from './act-dialog.tsx';
import { TextField } from './fields.tsx';
import { usePeople } from './use-names.ts';

interface AssignProps {
  readonly incident: IncidentDto;
  readonly close: () => void;
}

/** 指派: names who has it. Who has no address yet can be named by account. */
export function AssignDialog({ incident, close }: AssignProps) {
  const t = useWords();
  const { client } = useConsole();
  const act = useIncidentAct(close);
  const people = usePeople();
  const [owner, setOwner] = useState(incident.owner ?? '');
  const [note, setNote] = useState('');
  const submit = (): void =>
    act.mutate((idempotencyKey) =>
      client.fetch('assignIncident', {
        params: { incidentId: incident.incidentId },
        body: { owner: owner.trim(), note: note.trim(), idempotencyKey },
      }),
    );
  return (
    <ActDialog
      title={t('incident.assignTitle', { number: incident.number })}
      action={t('incident.act.assign')}
      ready={owner.trim() !== '' && note.trim() !== ''}
      act={act}
      submit={submit}
      close={close}
    >
      <Form.Item label={t('incident.owner')} htmlFor="owner" extra={t('incident.ownerHint')}>
        <AutoComplete
          id="owner"
          value={owner}
          options={people.map(({ account, name }) => ({
            value: account,
            label: name === account ? account : `${name} ${account}`,
          }))}
          onChange={(value: string) => setOwner(value.slice(0, 64))}
        />
      </Form.Item>
      <TextField id="note" label={t('incident.note')} value={note} change={setNote} max={1_000} rows={3} />
    </ActDialog>
  );
}
