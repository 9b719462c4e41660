import { alarmTitle, alarmWords, reasonWords } from '@cardwatch/contracts/words';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { App, AutoComplete, Button, Form, Input, Modal, Segmented, Select } from 'antd';
import { useState } from 'react';
import { useConsole, useNow } from '../../console.tsx';
import { count } from '../../format/money.ts';
import { duration, shortTime } from '../../format/time.ts';
import { FailureNote } from '../../frame/failure.tsx';
import { useScopes } from '../../frame/use-session.ts';
import { useLanguage } from '../../words/words.tsx';
import {
  type ActForm,
  type ActTarget,
  type AlarmAct,
  acknowledgeTimes,
  actLimits,
  actScopes,
  alarmActs,
  countOf,
  missingOf,
  needsNote,
  silencesOf,
  silenceTimes,
} from './alarm-acts.core.ts';
import { type ActResult, useAlarmAct } from './use-alarm-act.ts';

interface ActDialogProps {
  readonly act: AlarmAct;
  readonly target: ActTarget;
  readonly close: (done: boolean) => void;
}

const startOf = (act: AlarmAct, target: ActTarget, language: 'zh' | 'en'): ActForm => {
  const [first] = target.type === 'some' ? target.alarms : [];
  const title = first === undefined ? '' : reasonWords(first.reason, language).title.slice(0, actLimits.title);
  return { act, note: '', forMs: act === 'silence' ? silenceTimes[0] : acknowledgeTimes[0], to: '', title };
};

/** The one alarm that it is about. */
function headOf(target: ActTarget, language: 'zh' | 'en'): string | undefined {
  const [first, ...more] = target.type === 'some' ? target.alarms : [];
  return first === undefined || more.length > 0 ? undefined : alarmTitle(first, language);
}

/** One dialog for everything that people do with alarms, with one or with many; says what came of it. */
export function ActDialog({ act, target, close }: ActDialogProps) {
  const { say: t, language } = useLanguage();
  const { newId } = useConsole();
  const scopes = useScopes();
  const [form, setForm] = useState(() => startOf(act, target, language));
  const [keys] = useState(() => Array.from({ length: Math.max(1, silencesOf(target).length) }, newId));
  const doing = useAlarmAct();
  const { message } = App.useApp();
  const missing = missingOf(form, target);
  const n = countOf(target);
  const choose = (chosen: AlarmAct): void =>
    setForm((old) => ({ ...old, act: chosen, forMs: chosen === 'silence' ? silenceTimes[0] : acknowledgeTimes[0] }));
  const carryOut = (): void =>
    doing.mutate(
      { form, target, keys },
      {
        // one row shows by itself what came of it; many, a refusal and a new incident are worth reading
        onSuccess: ({ changed, refused, incidentId }) => {
          if (n !== 1 || changed !== 1 || refused.length > 0 || incidentId !== null) return;
          void message.success(t('alarms.changed', { n: count(changed) }));
          close(true);
        },
      },
    );
  const done = doing.data;
  const footer =
    done === undefined ? undefined : (
      <Button type="primary" onClick={() => close(true)}>
        {t('action.close')}
      </Button>
    );
  return (
    <Modal
      open
      width={620}
      title={headOf(target, language) ?? t('alarms.many', { n: count(n) })}
      okText={t(`alarms.act.${form.act}`)}
      cancelText={t('action.cancel')}
      okButtonProps={{ disabled: missing !== null, loading: doing.isPending }}
      onOk={carryOut}
      onCancel={() => close(done !== undefined)}
      {...(footer === undefined ? {} : { footer })}
    >
      {done === undefined ? (
        <Form layout="vertical" className="act-form">
          <Segmented
            value={form.act}
            options={alarmActs
              .filter((one) => scopes.includes(actScopes[one]))
              .map((value) => ({ value, label: t(`alarms.act.${value}`) }))}
            onChange={choose}
          />
          <p className="meta">{t(`alarms.effect.${form.act}`)}</p>
          <ActFields form={form} change={(change) => setForm((old) => ({ ...old, ...change }))} />
          <Form.Item label={t(needsNote(form.act, n) ? 'alarms.note' : 'alarms.noteOptional')} htmlFor="act-note">
            <Input.TextArea
              id="act-note"
              rows={2}
              maxLength={form.act === 'silence' ? actLimits.reason : actLimits.note}
              value={form.note}
              onChange={(event) => setForm((old) => ({ ...old, note: event.target.value }))}
            />
          </Form.Item>
          {missing !== null && missing !== 'note' && missing !== 'person' && missing !== 'title' && (
            <p className="tone-level2">{t(`alarms.missing.${missing}`)}</p>
          )}
          {doing.error !== null && <FailureNote error={doing.error} />}
        </Form>
      ) : (
        <Outcome result={done} />
      )}
    </Modal>
  );
}

interface FieldsProps {
  readonly form: ActForm;
  readonly change: (change: Partial<ActForm>) => void;
}

/** How long, to whom, or what it is called: as the act needs it. */
function ActFields({ form, change }: FieldsProps) {
  const { say: t, language } = useLanguage();
  const now = useNow(30_000);
  if (form.act === 'acknowledge' || form.act === 'silence') {
    const times = form.act === 'silence' ? silenceTimes : acknowledgeTimes;
    const options = times.map((ms) => ({
      value: ms,
      label: t('alarms.forTime', { time: duration(ms, language), at: shortTime(now + ms, now) }),
    }));
    return (
      <Form.Item label={t('alarms.howLong')} htmlFor="act-time">
        <Select id="act-time" value={form.forMs} options={options} onChange={(forMs: number) => change({ forMs })} />
      </Form.Item>
    );
  }
  if (form.act === 'assign') return <PersonField value={form.to} choose={(to) => change({ to })} />;
  if (form.act !== 'incident') return null;
  return (
    <Form.Item label={t('alarms.incidentTitle')} htmlFor="act-title">
      <Input
        id="act-title"
        maxLength={actLimits.title}
        value={form.title}
        onChange={(event) => change({ title: event.target.value })}
      />
    </Form.Item>
  );
}

/** Whoever has an account among those that are told; another name may be typed. */
function PersonField({ value, choose }: { readonly value: string; readonly choose: (to: string) => void }) {
  const { say: t } = useLanguage();
  const { queries } = useConsole();
  const people = useQuery(queries.incidentRecipients()).data?.items ?? [];
  const options = people
    .filter(({ kind }) => kind === 'person')
    .map(({ recipientId, user, displayName }) => ({
      value: user ?? recipientId,
      label: `${displayName} ${user ?? recipientId}`,
    }));
  return (
    <Form.Item label={t('alarms.assignTo')} htmlFor="act-person">
      <AutoComplete
        id="act-person"
        value={value}
        options={options}
        showSearch={{ filterOption: (text, option) => String(option?.label ?? '').includes(text) }}
        onChange={(to: string | undefined) => choose((to ?? '').slice(0, 64))}
      />
    </Form.Item>
  );
}

/** How many were changed, and why the others were not. */
function Outcome({ result }: { readonly result: ActResult }) {
  const { say: t, language } = useLanguage();
  const refusals: Readonly<Record<string, string>> = alarmWords[language].refusals;
  return (
    <div role="status" className="act-outcome">
      <p>{t('alarms.changed', { n: count(result.changed) })}</p>
      <ul>
        {result.refused.map(({ why, count: n }) => (
          <li key={why} className="tone-level2">
            {t('alarms.refused', {
              n: count(n),
              why: why === 'inIncident' ? t('alarms.missing.inIncident') : (refusals[why] ?? why),
            })}
          </li>
        ))}
      </ul>
      {result.incidentId !== null && (
        <Link to="/incidents/$incidentId" params={{ incidentId: result.incidentId }}>
          {t('alarms.toIncident')}
        </Link>
      )}
    </div>
  );
}
