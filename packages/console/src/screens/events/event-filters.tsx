import { getRouteApi } from '@tanstack/react-router';
import { Select } from 'antd';
import { type EventType, eventTypes, type PassMethod, type PassResult, passMethods, passResults } from '../../marks/events.ts';
import { withSearch } from '../../search.ts';
import { useWords } from '../../words/words.tsx';
import { TimeRange } from '../records/time-range.tsx';
import { DeviceChoice } from './device-choice.tsx';

const route = getRouteApi('/app/events');

/** The filter line: chips and choices that write the address. Way and result are those of a pass. */
export function EventFilters() {
  const t = useWords();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = (change: Parameters<typeof withSearch<typeof search>>[1]): void =>
    void navigate({ search: (old) => withSearch(old, change) });
  const chooseType = (type: EventType | undefined): void =>
    set(type === undefined || type === 'pass' ? { type } : { type, result: undefined, method: undefined });
  const isOfPasses = search.type === undefined || search.type === 'pass';
  return (
    <>
      <TypeChips chosen={search.type} choose={chooseType} />
      {isOfPasses && (
        <>
          <Choice<PassResult>
            label={t('column.result')}
            value={search.result}
            options={passResults.map((value) => ({ value, label: t(`pass.result.${value}`) }))}
            choose={(result) => set({ result })}
          />
          <Choice<PassMethod>
            label={t('filter.method')}
            value={search.method}
            options={passMethods.map((value) => ({ value, label: t(`pass.method.${value}`) }))}
            choose={(method) => set({ method })}
          />
        </>
      )}
      <DeviceChoice deviceId={search.deviceId} choose={(deviceId) => set({ deviceId })} />
      <TimeRange from={search.from} to={search.to} change={(from, to) => set({ from, to })} />
    </>
  );
}

interface TypeChipsProps {
  readonly chosen: EventType | undefined;
  readonly choose: (type: EventType | undefined) => void;
}

function TypeChips({ chosen, choose }: TypeChipsProps) {
  const t = useWords();
  return (
    <fieldset className="chips">
      <legend className="hidden">{t('filter.kind')}</legend>
      <button type="button" className="chip" aria-pressed={chosen === undefined} onClick={() => choose(undefined)}>
        {t('filter.all')}
      </button>
      {eventTypes.map((type) => (
        <button
          key={type}
          type="button"
          className="chip"
          aria-pressed={chosen === type}
          onClick={() => choose(chosen === type ? undefined : type)}
        >
          {t(`event.type.${type}`)}
        </button>
      ))}
    </fieldset>
  );
}

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly value: T | undefined;
  readonly options: { readonly value: T; readonly label: string }[];
  readonly choose: (value: T | undefined) => void;
}

function Choice<T extends string>({ label, value, options, choose }: ChoiceProps<T>) {
  return (
    <Select<T | null>
      className="choice"
      size="small"
      allowClear
      aria-label={label}
      placeholder={label}
      value={value ?? null}
      popupMatchSelectWidth={false}
      options={options}
      onChange={(chosen) => choose(chosen ?? undefined)}
    />
  );
}
