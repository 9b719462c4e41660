import type { IncidentDto } from '@cardwatch/contracts/api';
import { Button } from 'antd';
import { useState } from 'react';
import { useConsole } from '../../console.tsx';
import { useMay } from '../../frame/use-session.ts';
import { useLanguage } from '../../words/words.tsx';
import { ActDialog, useIncidentAct } from './act-dialog.tsx';
import { ChoiceField, TextField } from './fields.tsx';
import { ruleName } from './rule-name.ts';
import { recordFields } from './workflow.core.ts';

/** 故障处理记录: the six fields that are needed to close, and whether it is the contractor's. */
export function RecordPanel({ incident }: { readonly incident: IncidentDto }) {
  const { say: t, language } = useLanguage();
  const mayHandle = useMay('incidents:handle');
  const [writing, setWriting] = useState(false);
  const { record, attributable } = incident;
  return (
    <section className="panel">
      <h2>
        {t('incident.record')}
        <span className="push" />
        {mayHandle && (
          <Button size="small" onClick={() => setWriting(true)}>
            {t('incident.write')}
          </Button>
        )}
      </h2>
      <dl className="pairs written">
        {recordFields.map((field) => (
          <div key={field}>
            <dt>{t(`incident.field.${field}`)}</dt>
            <dd>
              {record[field].trim() === '' ? (
                <span className="meta">{t('incident.notWritten')}</span>
              ) : field === 'symptom' ? (
                ruleName(record.symptom, language)
              ) : (
                record[field]
              )}
            </dd>
          </div>
        ))}
        <div>
          <dt>{t('incident.attributable')}</dt>
          <dd>
            {attributable === null ? (
              <span className="meta">{t('incident.notSaid')}</span>
            ) : (
              t(attributable ? 'value.yes' : 'value.no')
            )}
          </dd>
        </div>
      </dl>
      {writing && <RecordDialog incident={incident} close={() => setWriting(false)} />}
    </section>
  );
}

const limits = { time: 200, place: 200, symptom: 1_000, cause: 1_000, handling: 2_000, result: 1_000 } as const;

function RecordDialog({ incident, close }: { readonly incident: IncidentDto; readonly close: () => void }) {
  const { say: t, language } = useLanguage();
  const { client } = useConsole();
  const act = useIncidentAct(close);
  const [record, setRecord] = useState(() => ({ ...incident.record, symptom: ruleName(incident.record.symptom, language) }));
  const [ours, setOurs] = useState<'unsaid' | 'yes' | 'no'>(
    incident.attributable === null ? 'unsaid' : incident.attributable ? 'yes' : 'no',
  );
  const submit = (): void =>
    act.mutate((idempotencyKey) =>
      client.fetch('recordIncident', {
        params: { incidentId: incident.incidentId },
        body: { record, attributable: ours === 'unsaid' ? null : ours === 'yes', idempotencyKey },
      }),
    );
  return (
    <ActDialog
      title={t('incident.recordTitle', { number: incident.number })}
      text={t('incident.recordText')}
      action={t('incident.save')}
      ready
      act={act}
      submit={submit}
      close={close}
      wide
    >
      <div className="form-pairs">
        {recordFields.map((field) => (
          <TextField
            key={field}
            id={`record-${field}`}
            label={t(`incident.field.${field}`)}
            value={record[field]}
            change={(value) => setRecord((old) => ({ ...old, [field]: value }))}
            max={limits[field]}
            rows={field === 'time' || field === 'place' ? 1 : 3}
          />
        ))}
      </div>
      <ChoiceField
        id="attributable"
        label={t('incident.attributable')}
        value={ours}
        options={[
          { value: 'unsaid', label: t('incident.notSaid') },
          { value: 'yes', label: t('value.yes') },
          { value: 'no', label: t('value.no') },
        ]}
        change={setOurs}
      />
    </ActDialog>
  );
}
