import type { NoticePolicy } from '@cardwatch/contracts/watch';
import { minuteMs, secondMs } from '@cardwatch/kernel';
import { useQuery } from '@tanstack/react-query';
import { Button, Checkbox, Drawer, Form, Input, InputNumber, Select } from 'antd';
import { type ReactNode, useState } from 'react';
import { dutyKeys } from '../../api/duty-queries.ts';
import { useConsole } from '../../console.tsx';
import { FailureNote } from '../../frame/failure.tsx';
import { dutyName } from '../../words/duty-name.ts';
import { useLanguage } from '../../words/words.tsx';
import { useAct } from '../use-act.ts';
import { channels, dutiesOf } from './duty.core.ts';
import { StepList } from './step-list.tsx';

interface PolicyDrawerProps {
  readonly policy: NoticePolicy;
  readonly policies: readonly NoticePolicy[];
  readonly close: () => void;
}

const time = /^([01]\d|2[0-4]):[0-5]\d$/;

/** One policy as a form; all policies are saved together, as the collector keeps them. */
export function PolicyDrawer({ policy, policies, close }: PolicyDrawerProps) {
  const { say: t, language } = useLanguage();
  const { client, queries } = useConsole();
  const [draft, setDraft] = useState(policy);
  const [quiet, setQuiet] = useState(policy.quiet ?? (['', ''] as const));
  const [reason, setReason] = useState('');
  const people = useQuery(queries.recipients()).data?.items ?? [];
  const shifts = useQuery(queries.shifts()).data?.shifts ?? [];
  const rules = useQuery(queries.rules()).data?.items ?? [];
  const edit = (change: Partial<NoticePolicy>): void => setDraft({ ...draft, ...change });
  const who = [
    ...dutiesOf(shifts).map((duty) => ({ value: `duty:${duty}`, label: t('policy.dutyOf', { duty: dutyName(duty, language) }) })),
    ...people.map((one) => ({ value: one.recipientId, label: one.displayName })),
  ];
  const isQuietRight = quiet.every((one) => one === '') || quiet.every((one) => time.test(one));
  const isRight =
    draft.policyId.trim() !== '' &&
    draft.levels.length > 0 &&
    draft.channels.length > 0 &&
    draft.steps.every((step) => step.who.length > 0) &&
    isQuietRight &&
    reason.trim() !== '';
  const save = useAct({
    act: (_: undefined, idempotencyKey) => {
      const saved: NoticePolicy = {
        ...draft,
        policyId: draft.policyId.trim(),
        quiet: quiet[0] === '' ? null : [quiet[0], quiet[1]],
      };
      const isNew = !policies.includes(policy);
      const next = isNew ? [...policies, saved] : policies.map((one) => (one === policy ? saved : one));
      return client.fetch('savePolicies', { body: { policies: [...next], reason: reason.trim(), idempotencyKey } });
    },
    changes: [dutyKeys.duty],
    said: t('policy.saved'),
    after: close,
  });
  const minutes = (label: string, value: number | null, set: (ms: number | null) => void, unitMs: number): ReactNode => (
    <Form.Item label={label}>
      <InputNumber
        aria-label={label}
        min={unitMs === secondMs ? 1 : 1}
        value={value === null ? null : value / unitMs}
        onChange={(next) => set(next === null ? null : Math.round(next * unitMs))}
        suffix={t(unitMs === secondMs ? 'rule.unit.s' : 'rule.unit.min')}
      />
    </Form.Item>
  );
  return (
    <Drawer
      open
      size={640}
      title={t(policy.policyId === '' ? 'policy.add' : 'policy.editTitle', { name: policy.policyId })}
      onClose={close}
    >
      <Form layout="vertical" className="two-columns">
        <Form.Item label={t('policy.id')} htmlFor="policy-id">
          <Input
            id="policy-id"
            maxLength={32}
            disabled={policy.policyId !== ''}
            value={draft.policyId}
            onChange={(event) => edit({ policyId: event.target.value })}
          />
        </Form.Item>
        <Form.Item label={t('policy.levels')}>
          <Checkbox.Group
            value={draft.levels}
            options={([1, 2, 3] as const).map((value) => ({ value, label: t(`rule.level.${value}`) }))}
            onChange={(levels) => edit({ levels: ([1, 2, 3] as const).filter((level) => levels.includes(level)) })}
          />
        </Form.Item>
        <Form.Item label={t('policy.rules')} htmlFor="policy-rules">
          <Select
            id="policy-rules"
            mode="multiple"
            value={draft.rules}
            placeholder={t('policy.allRules')}
            showSearch={{ optionFilterProp: 'label' }}
            options={rules.map(({ rule }) => ({ value: rule, label: t(`rule.name.${rule}`) }))}
            onChange={(next: string[]) => edit({ rules: next })}
          />
        </Form.Item>
        <Form.Item label={t('policy.areas')} htmlFor="policy-areas">
          <Select
            id="policy-areas"
            mode="tags"
            open={false}
            suffixIcon={null}
            value={draft.areas}
            placeholder={t('policy.areasHint')}
            onChange={(areas: string[]) => edit({ areas })}
          />
        </Form.Item>
        <Form.Item label={t('policy.channelsOrder')} htmlFor="policy-channels">
          <Select
            id="policy-channels"
            mode="multiple"
            value={draft.channels}
            options={channels.map((value) => ({ value, label: t(`channel.${value}`) }))}
            onChange={(next: NoticePolicy['channels']) => edit({ channels: next })}
          />
        </Form.Item>
        <Form.Item label={t('policy.deputy')} htmlFor="policy-deputy">
          <Select
            id="policy-deputy"
            allowClear
            value={draft.deputy ?? null}
            options={people.map((one) => ({ value: one.recipientId, label: one.displayName }))}
            onChange={(deputy: string | undefined) => {
              const { deputy: _, ...rest } = draft;
              setDraft(typeof deputy === 'string' ? { ...rest, deputy } : rest);
            }}
          />
        </Form.Item>
        {minutes(
          t('policy.fallback'),
          draft.fallbackAfterMs,
          (ms) => edit({ fallbackAfterMs: Math.max(secondMs, ms ?? secondMs) }),
          secondMs,
        )}
        {minutes(
          t('policy.acknowledge'),
          draft.acknowledgeForMs,
          (ms) => edit({ acknowledgeForMs: Math.max(minuteMs, ms ?? minuteMs) }),
          minuteMs,
        )}
        {minutes(t('policy.remind'), draft.remindEveryMs, (remindEveryMs) => edit({ remindEveryMs }), minuteMs)}
        {minutes(t('policy.digest'), draft.digestEveryMs, (digestEveryMs) => edit({ digestEveryMs }), minuteMs)}
        <Form.Item label={t('policy.quiet')} help={isQuietRight ? t('policy.quietHint') : t('policy.quietWrong')}>
          <span className="rule-value">
            <Input
              aria-label={t('policy.quietFrom')}
              className="time-of-day"
              maxLength={5}
              placeholder="23:00"
              value={quiet[0]}
              onChange={(event) => setQuiet([event.target.value, quiet[1]])}
            />
            –
            <Input
              aria-label={t('policy.quietTo')}
              className="time-of-day"
              maxLength={5}
              placeholder="06:30"
              value={quiet[1]}
              onChange={(event) => setQuiet([quiet[0], event.target.value])}
            />
          </span>
        </Form.Item>
        <Form.Item label={t('policy.repeats')}>
          <InputNumber
            aria-label={t('policy.repeats')}
            min={0}
            max={5}
            value={draft.repeats}
            onChange={(repeats) => edit({ repeats: repeats ?? 0 })}
          />
        </Form.Item>
      </Form>
      <h3>{t('policy.steps')}</h3>
      <StepList steps={draft.steps} who={who} change={(steps) => edit({ steps: [...steps] })} />
      <label htmlFor="policy-reason">{t('form.reason')}</label>
      <Input id="policy-reason" maxLength={200} value={reason} onChange={(event) => setReason(event.target.value)} />
      <p className="drawer-acts">
        <Button type="primary" disabled={!isRight} loading={save.isPending} onClick={() => save.mutate(undefined)}>
          {t('rule.save')}
        </Button>
        <Button onClick={close}>{t('action.cancel')}</Button>
      </p>
      {save.error !== null && <FailureNote error={save.error} />}
    </Drawer>
  );
}
