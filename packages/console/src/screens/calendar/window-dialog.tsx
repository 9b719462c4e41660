import { dayMs, hourMs } from '@cardwatch/kernel';
import { useQuery } from '@tanstack/react-query';
import { Checkbox, Form, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { calendarKeys } from '../../api/calendar-queries.ts';
import type { Client } from '../../api/client.ts';
import { useConsole } from '../../console.tsx';
import { epochFromField, fieldFromEpoch } from '../../format/field-time.ts';
import { FailureNote } from '../../frame/failure.tsx';
import { useWords } from '../../words/words.tsx';
import { useAct } from '../use-act.ts';
import type { RuleIdText } from '../../api/rules-queries.ts';

export type WindowKind = 'event' | 'window' | 'silence';

interface Fields {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly until: number | null;
  readonly places: readonly string[];
  readonly rule: RuleIdText | null;
  readonly flag: boolean;
  readonly vip: boolean;
  readonly reason: string;
}

const lasts = { event: 3 * dayMs, window: 4 * hourMs, silence: dayMs } as const;

/** Of whatever kind: a span of time, what it is about, and why. */
export function WindowDialog({ kind, close }: { readonly kind: WindowKind; readonly close: () => void }) {
  const t = useWords();
  const { client, now, queries } = useConsole();
  const begin = Math.ceil(now() / (30 * 60_000)) * 30 * 60_000;
  const [name, setName] = useState('');
  const [from, setFrom] = useState(fieldFromEpoch(kind === 'silence' ? now() : begin));
  const [to, setTo] = useState(fieldFromEpoch(begin + lasts[kind]));
  const [until, setUntil] = useState('');
  const [places, setPlaces] = useState<readonly string[]>([]);
  const [rule, setRule] = useState<RuleIdText>();
  const [flag, setFlag] = useState(kind === 'event');
  const [vip, setVip] = useState(false);
  const [reason, setReason] = useState('');
  const rules = useQuery({ ...queries.rules(), enabled: kind === 'silence' }).data?.items ?? [];
  const [start, end] = [epochFromField(from, now()), epochFromField(to, now())];
  const last = until.trim() === '' ? null : (epochFromField(until, now()) ?? undefined);
  const isTimeRight = start !== undefined && end !== undefined && end > start && last !== undefined;
  const isAbout = kind === 'event' || (kind === 'window' ? places.length > 0 : rule !== undefined || places.length > 0);
  const isRight = isTimeRight && isAbout && reason.trim() !== '' && (kind === 'silence' || name.trim() !== '');
  const save = useAct({
    act: (fields: Fields, key) => add(client, kind, fields, key),
    changes: [calendarKeys.windows],
    said: t(`calendar.added.${kind}`),
    after: close,
  });
  const submit = (): void => {
    if (!isRight || start === undefined || end === undefined || last === undefined) return;
    save.mutate({
      name: name.trim(),
      from: start,
      to: end,
      until: last,
      places,
      rule: rule ?? null,
      flag,
      vip,
      reason: reason.trim(),
    });
  };
  const field = (id: string, value: string, set: (text: string) => void, isWrong: boolean) => (
    <Input
      id={id}
      maxLength={16}
      value={value}
      title={t('filter.timeForm')}
      {...(isWrong ? { status: 'error' as const } : {})}
      onChange={(event) => set(event.target.value)}
    />
  );
  return (
    <Modal
      open
      title={t(`calendar.add.${kind}`)}
      okText={t('rule.save')}
      cancelText={t('action.cancel')}
      okButtonProps={{ disabled: !isRight, loading: save.isPending }}
      onOk={submit}
      onCancel={close}
    >
      <p className="meta">{t(`calendar.explain.${kind}`)}</p>
      <Form layout="vertical" className="two-columns">
        {kind !== 'silence' && (
          <Form.Item label={t('calendar.name')} htmlFor="window-name">
            <Input id="window-name" autoFocus maxLength={64} value={name} onChange={(event) => setName(event.target.value)} />
          </Form.Item>
        )}
        {kind === 'silence' && (
          <Form.Item label={t('calendar.rule')} htmlFor="window-rule">
            <Select
              id="window-rule"
              allowClear
              showSearch={{ optionFilterProp: 'label' }}
              {...(rule === undefined ? {} : { value: rule })}
              options={rules.map((one) => ({ value: one.rule, label: t(`rule.name.${one.rule}`) }))}
              onChange={(value: RuleIdText | undefined) => setRule(value)}
            />
          </Form.Item>
        )}
        <Form.Item label={t(`calendar.about.${kind}`)} htmlFor="window-places">
          <Select
            id="window-places"
            mode="tags"
            open={false}
            suffixIcon={null}
            {...(kind === 'silence' ? { maxCount: 1 } : {})}
            value={[...places]}
            placeholder={t(`calendar.aboutHint.${kind}`)}
            onChange={(value: string[]) => setPlaces(value)}
          />
        </Form.Item>
        <Form.Item label={t('shift.from')} htmlFor="window-from">
          {field('window-from', from, setFrom, start === undefined)}
        </Form.Item>
        <Form.Item label={t('shift.to')} htmlFor="window-to">
          {field('window-to', to, setTo, end === undefined || (start !== undefined && end <= start))}
        </Form.Item>
        {kind === 'event' && (
          <div className="choices">
            <Checkbox checked={flag} onChange={(event) => setFlag(event.target.checked)}>
              {t('calendar.freeze')}
            </Checkbox>
            <Checkbox checked={vip} onChange={(event) => setVip(event.target.checked)}>
              {t('calendar.vip')}
            </Checkbox>
          </div>
        )}
        {kind === 'window' && (
          <>
            <div className="choices">
              <Checkbox checked={flag} onChange={(event) => setFlag(event.target.checked)}>
                {t('calendar.weekly')}
              </Checkbox>
            </div>
            {flag && (
              <Form.Item label={t('calendar.until')} htmlFor="window-until">
                {field('window-until', until, setUntil, last === undefined)}
              </Form.Item>
            )}
          </>
        )}
      </Form>
      <label htmlFor="window-reason">{t('form.reason')}</label>
      <Input id="window-reason" maxLength={200} value={reason} onChange={(event) => setReason(event.target.value)} />
      {save.error !== null && <FailureNote error={save.error} />}
    </Modal>
  );
}

/** A place has a slash or is a campus; a thing is written `#id`. */
async function add(client: Client, kind: WindowKind, fields: Fields, idempotencyKey: string): Promise<void> {
  const { name, from, to, until, places, rule, flag, vip, reason } = fields;
  if (kind === 'event') {
    await client.fetch('addImportantEvent', {
      body: { name, from, to, areas: [...places], vip, freeze: flag, reason, idempotencyKey },
    });
  } else if (kind === 'window') {
    await client.fetch('addMaintenanceWindow', {
      body: { name, from, to, weekly: flag, until: flag ? until : null, subjects: [...places], reason, idempotencyKey },
    });
  } else {
    const [place = null] = places;
    const isThing = place?.startsWith('#') === true;
    const [subject, area] = [isThing ? place.slice(1) : null, isThing ? null : place];
    await client.fetch('addSilence', { body: { rule, subject, area, from, to, reason, idempotencyKey } });
  }
}
