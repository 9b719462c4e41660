import type { IncidentDto } from '@cardwatch/contracts/api';
import { Button, Form, Input, Segmented, Select } from 'antd';
import { useState } from 'react';
import { useConsole } from '../../console.tsx';
import { FailureNote } from '../../frame/failure.tsx';
import { useWords } from '../../words/words.tsx';
import { useIncidentAct } from './act-dialog.tsx';
import { categories, type CauseDraft, causeCodes, causeLimits, causeOf, draftOf, emptyWhy, flawsOf } from './cause.core.ts';
import { ChoiceField, TextField } from './fields.tsx';
import { Fishbone } from './fishbone.tsx';

interface CauseFormProps {
  readonly incident: IncidentDto;
  readonly close: () => void;
}

type Part = { readonly draft: CauseDraft; readonly change: (part: Partial<CauseDraft>) => void };

/** Writes the root cause; says all the time what is still missing. */
export function CauseForm({ incident, close }: CauseFormProps) {
  const t = useWords();
  const { client } = useConsole();
  const act = useIncidentAct(close);
  const [draft, setDraft] = useState(() => draftOf(incident.rootCause));
  const change = (part: Partial<CauseDraft>): void => setDraft((old) => ({ ...old, ...part }));
  const rootCause = causeOf(draft);
  const flaws = flawsOf(draft).map((flaw) => t(`incident.flaw.${flaw}`));
  const submit = (): void => {
    if (rootCause === undefined) return;
    act.mutate((idempotencyKey) =>
      client.fetch('rootCauseIncident', { params: { incidentId: incident.incidentId }, body: { rootCause, idempotencyKey } }),
    );
  };
  return (
    <section className="panel cause-form">
      <h2>
        {t('incident.analyse')}
        <Segmented
          size="small"
          value={draft.method}
          options={(['fiveWhys', 'fishbone'] as const).map((value) => ({ value, label: t(`incident.method.${value}`) }))}
          onChange={(method) => change({ method })}
        />
        <span className="push" />
        <Button size="small" onClick={close}>
          {t('action.cancel')}
        </Button>
        <Button size="small" type="primary" disabled={rootCause === undefined} loading={act.isPending} onClick={submit}>
          {t('incident.save')}
        </Button>
      </h2>
      <p className={flaws.length === 0 ? 'tone-normal' : 'tone-level2'} role="status">
        {flaws.length === 0 ? t('incident.causeWhole') : t('incident.missing', { what: flaws.join(t('incident.comma')) })}
      </p>
      {act.error !== null && <FailureNote error={act.error} />}
      <Form layout="vertical">
        <div className="form-pairs">
          <TextField
            id="direct"
            label={t('incident.direct')}
            value={draft.direct}
            change={(direct) => change({ direct })}
            max={400}
            rows={2}
          />
          <TextField
            id="indirect"
            label={t('incident.indirect')}
            value={draft.indirect}
            change={(indirect) => change({ indirect })}
            max={400}
            rows={2}
          />
          <ChoiceField
            id="code"
            label={t('incident.causeCode')}
            value={draft.code}
            options={causeCodes.map((value) => ({ value, label: t(`incident.code.${value}`) }))}
            change={(code) => change({ code })}
          />
        </div>
        <Whys draft={draft} change={change} />
        {draft.method === 'fishbone' && <Bones draft={draft} change={change} />}
      </Form>
      {draft.method === 'fishbone' && <Fishbone head={incident.title} bones={draft.bones} />}
    </section>
  );
}

function Whys({ draft: { whys }, change }: Part) {
  const t = useWords();
  const set = (at: number, part: Partial<(typeof whys)[number]>): void =>
    change({ whys: whys.map((one, n) => (n === at ? { ...one, ...part } : one)) });
  return (
    <fieldset className="rows-form">
      <legend className="meta">{t('incident.whysLegend')}</legend>
      {whys.map((one, n) => (
        // oxlint-disable-next-line react/no-array-index-key -- a line is its place in the chain
        <div key={n} className="why-row">
          <span className="meta number">{n + 1}</span>
          <Input.TextArea
            autoSize={{ minRows: 1, maxRows: 3 }}
            maxLength={400}
            aria-label={t('incident.whyNo', { n: n + 1 })}
            placeholder={t('incident.why')}
            value={one.why}
            onChange={(event) => set(n, { why: event.target.value })}
          />
          <Input.TextArea
            autoSize={{ minRows: 1, maxRows: 3 }}
            maxLength={400}
            aria-label={t('incident.becauseNo', { n: n + 1 })}
            placeholder={t('incident.because')}
            value={one.because}
            onChange={(event) => set(n, { because: event.target.value })}
          />
          <Input.TextArea
            autoSize={{ minRows: 1, maxRows: 3 }}
            maxLength={3_000}
            aria-label={t('incident.evidenceNo', { n: n + 1 })}
            placeholder={t('incident.evidenceLines')}
            value={one.evidence}
            onChange={(event) => set(n, { evidence: event.target.value })}
          />
          <RemoveButton
            label={t('incident.removeWhy', { n: n + 1 })}
            remove={() => change({ whys: whys.filter((_, at) => at !== n) })}
          />
        </div>
      ))}
      {whys.length < causeLimits.whys && (
        <Button size="small" onClick={() => change({ whys: [...whys, emptyWhy] })}>
          {t('incident.addWhy')}
        </Button>
      )}
    </fieldset>
  );
}

function Bones({ draft: { bones }, change }: Part) {
  const t = useWords();
  const set = (at: number, part: Partial<(typeof bones)[number]>): void =>
    change({ bones: bones.map((one, n) => (n === at ? { ...one, ...part } : one)) });
  return (
    <fieldset className="rows-form">
      <legend className="meta">{t('incident.bonesLegend')}</legend>
      {bones.map((one, n) => (
        // oxlint-disable-next-line react/no-array-index-key -- a line is its place in the list
        <div key={n} className="bone-row">
          <Select
            aria-label={t('incident.categoryNo', { n: n + 1 })}
            value={one.category}
            options={categories.map((value) => ({ value, label: t(`incident.category.${value}`) }))}
            onChange={(category) => set(n, { category })}
          />
          <Input
            maxLength={200}
            aria-label={t('incident.boneNo', { n: n + 1 })}
            value={one.text}
            onChange={(event) => set(n, { text: event.target.value })}
          />
          <RemoveButton
            label={t('incident.removeBone', { n: n + 1 })}
            remove={() => change({ bones: bones.filter((_, at) => at !== n) })}
          />
        </div>
      ))}
      {bones.length < causeLimits.bones && (
        <Button
          size="small"
          onClick={() =>
            change({ bones: [...bones, { category: categories[bones.length % categories.length] ?? 'machine', text: '' }] })
          }
        >
          {t('incident.addBone')}
        </Button>
      )}
    </fieldset>
  );
}

const RemoveButton = ({ label, remove }: { readonly label: string; readonly remove: () => void }) => (
  <button type="button" className="quiet" aria-label={label} onClick={remove}>
    ×
  </button>
);
