import type { IncidentDto } from '@cardwatch/contracts/api';
import { useState } from 'react';
import { useConsole } from '../../console.tsx';
import { useWords } from '../../words/words.tsx';
import { ActDialog, useIncidentAct } from './act-dialog.tsx';
import { TextField } from './fields.tsx';

interface PackProps {
  readonly incident: IncidentDto;
  readonly close: () => void;
}

export const packsMax = 16;

/** 制作证据包 of now; it stands in the incident a second later and is never changed. */
export function PackDialog({ incident, close }: PackProps) {
  const t = useWords();
  const { client } = useConsole();
  const act = useIncidentAct(close);
  const [note, setNote] = useState('');
  const submit = (): void =>
    act.mutate((idempotencyKey) =>
      client.fetch('packIncident', {
        params: { incidentId: incident.incidentId },
        body: { note: note.trim(), idempotencyKey },
      }),
    );
  return (
    <ActDialog
      title={t('incident.packTitle', { number: incident.number })}
      text={t('incident.packText', { n: incident.evidence?.length ?? 0, max: packsMax })}
      action={t('incident.act.pack')}
      ready={note.trim() !== ''}
      act={act}
      submit={submit}
      close={close}
    >
      <TextField id="note" label={t('incident.note')} value={note} change={setNote} max={1_000} rows={2} />
    </ActDialog>
  );
}
