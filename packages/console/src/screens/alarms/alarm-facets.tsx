import type { AlarmFacetsDto } from '@cardwatch/contracts/api';
import { alarmWords } from '@cardwatch/contracts/words';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Select } from 'antd';
import type { ReactNode } from 'react';
import { type AlarmFilter, unacknowledged } from '../../api/alarms-queries.ts';
import { useConsole } from '../../console.tsx';
import { count } from '../../format/money.ts';
import { LevelMark } from '../../marks/level.tsx';
import { withSearch } from '../../search.ts';
import { useLanguage } from '../../words/words.tsx';
import { type AlarmSearch, alarmConditions, alarmHandlings, alarmLevels, isNarrowed, narrowing } from './alarm-filter.core.ts';
import { placeOf } from './alarm-rows.core.ts';
import { ruleName } from '../incidents/rule-name.ts';

const route = getRouteApi('/app/alarms');

type Facet = AlarmFacetsDto['level'];
const countIn = (facet: Facet | undefined, value: string): number | undefined =>
  facet === undefined ? undefined : (facet.find((one) => one.value === value)?.count ?? 0);

/** The filter line: each choice with how many it would give; all of it stands in the address. */
export function AlarmFacets({ filter }: { readonly filter: AlarmFilter }) {
  const { say: t, language } = useLanguage();
  const { queries } = useConsole();
  const search: AlarmSearch = route.useSearch();
  const navigate = route.useNavigate();
  const facets = useQuery({ ...queries.alarmFacets(filter), placeholderData: (old) => old }).data;
  const unread = useQuery(queries.alarmCount(unacknowledged)).data?.count;
  const words = alarmWords[language];
  const set = (change: Partial<{ [K in keyof AlarmSearch]: AlarmSearch[K] | undefined }>): void =>
    void navigate({ search: (old) => withSearch(old, change) });
  const clear = (): void => set(Object.fromEntries(narrowing.map((key) => [key, undefined])));
  const suppressed = [
    { value: 'yes', label: t('alarms.suppressedYes'), n: countIn(facets?.suppressed, '1') },
    { value: 'no', label: t('alarms.suppressedNo'), n: countIn(facets?.suppressed, '0') },
  ];
  const areas = (facets?.area ?? []).map(({ value, count: n }) => {
    const { near, far } = placeOf({ area: value, campus: null });
    return { value, label: far === '' ? near : `${near}（${far}）`, n };
  });
  return (
    <div className="filters alarm-facets">
      <fieldset className="chips">
        <legend className="hidden">{t('alarms.quick')}</legend>
        <Chip on={search.quick === 'unacknowledged'} n={unread} press={(on) => set({ quick: on ? 'unacknowledged' : undefined })}>
          {t('alarms.unacknowledged')}
        </Chip>
        <Chip on={search.quick === 'mine'} press={(on) => set({ quick: on ? 'mine' : undefined })}>
          {t('alarms.mine')}
        </Chip>
      </fieldset>
      <fieldset className="chips">
        <legend className="hidden">{t('alarms.level')}</legend>
        {alarmLevels.map((level) => (
          <Chip
            key={level}
            on={search.level === level}
            n={countIn(facets?.level, level)}
            press={(on) => set({ level: on ? level : undefined })}
          >
            <LevelMark level={Number(level) as 1 | 2 | 3} />
          </Chip>
        ))}
      </fieldset>
      <Choice
        label={t('alarms.handling')}
        value={search.handling}
        options={alarmHandlings.map((value) => ({ value, label: words.handlings[value], n: countIn(facets?.handling, value) }))}
        choose={(handling) => set({ handling, quick: undefined })}
      />
      <Choice
        label={t('alarms.condition')}
        value={search.condition}
        options={alarmConditions
          .filter((value) => value !== 'cleared' || search.over === 'yes' || search.condition === 'cleared')
          .map((value) => ({ value, label: words.conditions[value], n: countIn(facets?.condition, value) }))}
        choose={(condition) => set({ condition })}
      />
      <Choice
        label={t('alarms.rule')}
        value={search.rule}
        options={(facets?.rule ?? []).map(({ value, count: n }) => ({ value, label: ruleName(value, language), n }))}
        choose={(rule) => set({ rule })}
      />
      <Choice
        label={t('filter.campus')}
        value={search.campus}
        options={(facets?.campus ?? []).map(({ value, count: n }) => ({ value, label: value, n }))}
        choose={(campus) => set({ campus, area: undefined })}
      />
      <Choice label={t('filter.area')} value={search.area} options={areas} choose={(area) => set({ area })} />
      <Choice
        label={t('alarms.suppressed')}
        value={search.suppressed}
        options={suppressed}
        choose={(value) => set({ suppressed: value === 'yes' || value === 'no' ? value : undefined })}
      />
      <Chip on={search.symptoms === 'yes'} press={(on) => set({ symptoms: on ? 'yes' : undefined, unfold: undefined })}>
        {t('alarms.withSymptoms')}
      </Chip>
      <Chip on={search.over === 'yes'} press={(on) => set({ over: on ? 'yes' : undefined, condition: undefined })}>
        {t('alarms.over')}
      </Chip>
      {isNarrowed(search) && (
        <button type="button" className="link" onClick={clear}>
          {t('filter.clear')}
        </button>
      )}
    </div>
  );
}

interface ChipProps {
  readonly on: boolean;
  readonly n?: number | undefined;
  readonly press: (on: boolean) => void;
  readonly children: ReactNode;
}

function Chip({ on, n, press, children }: ChipProps) {
  return (
    <button type="button" className="chip" aria-pressed={on} onClick={() => press(!on)}>
      {children} {n !== undefined && <span className="number meta">{count(n)}</span>}
    </button>
  );
}

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly value: T | undefined;
  readonly options: readonly { readonly value: T; readonly label: string; readonly n: number | undefined }[];
  readonly choose: (value: T | undefined) => void;
}

function Choice<T extends string>({ label, value, options, choose }: ChoiceProps<T>) {
  return (
    <Select
      className="choice"
      size="small"
      allowClear
      showSearch={{ optionFilterProp: 'name' }}
      aria-label={label}
      placeholder={label}
      value={value ?? null}
      popupMatchSelectWidth={false}
      options={options.map((option) => ({
        value: option.value,
        name: option.label,
        label: (
          <span className="facet">
            {option.label} <span className="number meta">{option.n === undefined ? '' : count(option.n)}</span>
          </span>
        ),
      }))}
      onChange={(chosen: T | null | undefined) => choose(chosen ?? undefined)}
    />
  );
}
