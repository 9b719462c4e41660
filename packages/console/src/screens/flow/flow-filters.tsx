import type { BusinessKind } from '@cardwatch/contracts/api';
import { dayMs } from '@cardwatch/kernel';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Segmented, Select } from 'antd';
import { type ReactNode, useState } from 'react';
import { useConsole } from '../../console.tsx';
import { dayStart, epochFromField } from '../../format/field-time.ts';
import { day as dayText } from '../../format/time.ts';
import { ViewsButton } from '../../list/views-button.tsx';
import { withSearch } from '../../search.ts';
import { useWords } from '../../words/words.tsx';
import { DeviceChoice } from '../events/device-choice.tsx';
import { areasOf, campusesOf } from './places.core.ts';
import { dayParts, flowKinds } from './routes.ts';
import type { DayPart } from './span.core.ts';
import type { FlowSubject } from './subject.ts';

const route = getRouteApi('/app/flow');

interface FlowFiltersProps {
  readonly subject: FlowSubject;
  readonly midnight: number;
  /** Export and columns, at the right end. */
  readonly tools: ReactNode;
}

/** Whose business, of which day, in which unit: every choice writes the address. */
export function FlowFilters({ subject, midnight, tools }: FlowFiltersProps) {
  const t = useWords();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = (change: Parameters<typeof withSearch<typeof search>>[1]): void =>
    void navigate({ search: (old) => withSearch(old, change) });
  return (
    <div className="filters">
      <ViewsButton />
      <SubjectChoice subject={subject} choose={(kind, id) => set({ kind: kind === 'campus' ? undefined : kind, id })} />
      <DayChoice midnight={midnight} choose={(day) => set({ day })} />
      <Segmented
        size="small"
        aria-label={t('money.part')}
        value={search.part ?? 'all'}
        options={(['all', ...dayParts] as const).map((value) => ({
          value,
          label: t(`money.part.${value}`),
          title: t(`money.partOf.${value}`),
        }))}
        onChange={(value: 'all' | DayPart) => set({ part: value === 'all' ? undefined : value })}
      />
      <Segmented
        size="small"
        aria-label={t('money.step')}
        value={search.step ?? '5m'}
        options={(['5m', '1m'] as const).map((value) => ({ value, label: t(`money.step.${value}`) }))}
        onChange={(value) => set({ step: value === '1m' ? value : undefined })}
      />
      <Segmented
        size="small"
        aria-label={t('flow.unit')}
        value={search.unit ?? 'records'}
        options={[
          { value: 'records', label: t('unit.recordsShort') },
          { value: 'yuan', label: t('unit.yuan') },
        ]}
        onChange={(value) => set({ unit: value === 'yuan' ? 'yuan' : undefined })}
      />
      <button
        type="button"
        className="chip"
        aria-pressed={search.compare === 'week'}
        onClick={() => set({ compare: search.compare === 'week' ? undefined : 'week' })}
      >
        {t('money.compare')}
      </button>
      <span className="list-tools">{tools}</span>
    </div>
  );
}

interface SubjectChoiceProps {
  readonly subject: FlowSubject;
  readonly choose: (kind: BusinessKind, id: string | undefined) => void;
}

/** A campus, an area, a merchant or a device; merchants are offered where the register has any. */
function SubjectChoice({ subject, choose }: SubjectChoiceProps) {
  const t = useWords();
  const { queries } = useConsole();
  const places = useQuery(queries.flowPlaces()).data?.items ?? [];
  const merchants = useQuery(queries.flowMerchants()).data?.items ?? [];
  const kinds = flowKinds.filter((kind) => kind !== 'merchant' || merchants.length > 0 || subject.kind === 'merchant');
  const options = {
    campus: campusesOf(places).map((campus) => ({ value: campus, label: campus })),
    area: areasOf(places).map(({ path, name, campus }) => ({ value: path, label: `${name} · ${campus}` })),
    merchant: [...new Map(merchants.map((one) => [one.merchantId, one.merchantName]))].map(([value, label]) => ({
      value,
      label,
    })),
    device: [],
  }[subject.kind];
  const first = (kind: BusinessKind): string | undefined =>
    kind === 'area' ? areasOf(places)[0]?.path : kind === 'merchant' ? merchants[0]?.merchantId : undefined;
  return (
    <>
      <Segmented
        size="small"
        aria-label={t('money.choose')}
        value={subject.kind}
        options={kinds.map((value) => ({ value, label: t(`money.kind.${value}`) }))}
        onChange={(kind) => choose(kind, first(kind))}
      />
      {subject.kind === 'device' ? (
        <DeviceChoice deviceId={subject.id} choose={(id) => choose('device', id)} />
      ) : (
        <Select
          className="choice"
          size="small"
          showSearch={{ optionFilterProp: 'label' }}
          aria-label={t(`money.kind.${subject.kind}`)}
          placeholder={t('money.choose')}
          value={subject.id ?? null}
          popupMatchSelectWidth={false}
          options={options}
          onChange={(id: string | null) => choose(subject.kind, id ?? undefined)}
        />
      )}
    </>
  );
}

/** The day, with the one before and the one after it. */
function DayChoice({ midnight, choose }: { readonly midnight: number; readonly choose: (day: string | undefined) => void }) {
  const t = useWords();
  const { now } = useConsole();
  const today = dayStart(now(), 0);
  const go = (at: number): void => choose(at === today ? undefined : dayText(at));
  return (
    <fieldset className="chips">
      <legend className="hidden">{t('money.day')}</legend>
      <button
        type="button"
        className="chip"
        aria-label={t('money.dayBefore')}
        title={t('money.dayBefore')}
        onClick={() => go(midnight - dayMs)}
      >
        ‹
      </button>
      <DayField key={midnight} midnight={midnight} go={go} />
      <button
        type="button"
        className="chip"
        aria-label={t('money.dayAfter')}
        title={t('money.dayAfter')}
        disabled={midnight >= today}
        onClick={() => go(midnight + dayMs)}
      >
        ›
      </button>
      <button type="button" className="chip" aria-pressed={midnight === today} onClick={() => go(today)}>
        {t('filter.today')}
      </button>
    </fieldset>
  );
}

function DayField({ midnight, go }: { readonly midnight: number; readonly go: (at: number) => void }) {
  const t = useWords();
  const { now } = useConsole();
  const [text, setText] = useState(dayText(midnight));
  const at = epochFromField(text, now());
  const apply = (): void => {
    if (at !== undefined) go(dayStart(at, 0));
  };
  return (
    <input
      className="time-field day-field"
      value={text}
      aria-label={t('money.day')}
      aria-invalid={at === undefined}
      title={t('money.dayForm')}
      maxLength={10}
      autoComplete="off"
      onChange={(event) => setText(event.target.value)}
      onBlur={() => at !== undefined && dayStart(at, 0) !== midnight && apply()}
      onKeyDown={(event) => event.key === 'Enter' && apply()}
    />
  );
}
