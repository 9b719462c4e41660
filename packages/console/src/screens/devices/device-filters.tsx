import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Select } from 'antd';
import { useConsole } from '../../console.tsx';
import { count } from '../../format/money.ts';
import { DeviceMark } from '../../marks/mark.tsx';
import { type DeviceKind, type DeviceState, deviceKinds, deviceStates } from '../../marks/states.ts';
import { withSearch } from '../../search.ts';
import { useWords } from '../../words/words.tsx';

const route = getRouteApi('/app/devices');

/** The filter line: chips and choices that write the address. Choices come from what the site has. */
export function DeviceFilters() {
  const t = useWords();
  const { queries } = useConsole();
  const overview = useQuery(queries.overview()).data;
  const agents = useQuery(queries.agents()).data?.items ?? [];
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = (change: Parameters<typeof withSearch<typeof search>>[1]): void =>
    void navigate({ search: (old) => withSearch(old, change) });
  const areas = (overview?.areas ?? []).filter((area) => search.campus === undefined || area.campus === search.campus);
  const campuses = [...new Set((overview?.areas ?? []).map((area) => area.campus))];
  return (
    <>
      <StateChips
        total={overview?.devices.total}
        byState={overview?.devices.byState}
        chosen={search.state}
        choose={(state) => set({ state })}
      />
      <KindChips byKind={overview?.devices.byKind} chosen={search.kind} choose={(kind) => set({ kind })} />
      <Choice
        label={t('filter.campus')}
        value={search.campus}
        options={campuses}
        choose={(campus) => set({ campus, building: undefined, area: undefined })}
      />
      <Choice
        label={t('filter.area')}
        value={search.area}
        options={[...new Set(areas.map(({ area }) => area))]}
        choose={(area) => set({ area })}
      />
      {search.building !== undefined && (
        <Choice
          label={t('filter.building')}
          value={search.building}
          options={[...new Set(areas.map(({ building }) => building))].filter((building) => building !== '')}
          choose={(building) => set({ building })}
        />
      )}
      <Choice
        label={t('filter.agent')}
        value={search.agentId}
        options={agents.map((agent) => agent.agentId)}
        choose={(agentId) => set({ agentId })}
      />
      {search.q !== undefined && (
        <button
          type="button"
          className="chip chosen"
          onClick={() => set({ q: undefined })}
          aria-label={t('filter.clearSearch', { q: search.q })}
        >
          {t('filter.search', { q: search.q })} ×
        </button>
      )}
    </>
  );
}

interface StateChipsProps {
  readonly total: number | undefined;
  readonly byState: Readonly<Record<DeviceState, number>> | undefined;
  readonly chosen: DeviceState | undefined;
  readonly choose: (state: DeviceState | undefined) => void;
}

function StateChips({ total, byState, chosen, choose }: StateChipsProps) {
  const t = useWords();
  const present = deviceStates.filter((state) => state === chosen || (byState?.[state] ?? 0) > 0);
  return (
    <fieldset className="chips">
      <legend className="hidden">{t('filter.state')}</legend>
      <button type="button" className="chip" aria-pressed={chosen === undefined} onClick={() => choose(undefined)}>
        {t('filter.all')} <span className="number meta">{total === undefined ? '' : count(total)}</span>
      </button>
      {present.map((state) => (
        <button
          key={state}
          type="button"
          className="chip"
          aria-pressed={chosen === state}
          onClick={() => choose(chosen === state ? undefined : state)}
        >
          <DeviceMark state={state} /> <span className="number meta">{count(byState?.[state] ?? 0)}</span>
        </button>
      ))}
    </fieldset>
  );
}

interface KindChipsProps {
  readonly byKind: Readonly<Record<DeviceKind, number>> | undefined;
  readonly chosen: DeviceKind | undefined;
  readonly choose: (kind: DeviceKind | undefined) => void;
}

/** What kinds the site has; a site with one kind needs no choice. */
function KindChips({ byKind, chosen, choose }: KindChipsProps) {
  const t = useWords();
  const present = deviceKinds.filter((kind) => kind === chosen || (byKind?.[kind] ?? 0) > 0);
  if (present.length < 2 && chosen === undefined) return null;
  return (
    <fieldset className="chips">
      <legend className="hidden">{t('filter.deviceKind')}</legend>
      {present.map((kind) => (
        <button
          key={kind}
          type="button"
          className="chip"
          aria-pressed={chosen === kind}
          onClick={() => choose(chosen === kind ? undefined : kind)}
        >
          {t(`device.kind.${kind}`)} <span className="number meta">{count(byKind?.[kind] ?? 0)}</span>
        </button>
      ))}
    </fieldset>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string | undefined;
  readonly options: readonly string[];
  readonly choose: (value: string | undefined) => void;
}

function Choice({ label, value, options, choose }: ChoiceProps) {
  return (
    <Select
      className="choice"
      size="small"
      allowClear
      showSearch
      aria-label={label}
      placeholder={label}
      value={value ?? null}
      popupMatchSelectWidth={false}
      options={options.map((option) => ({ value: option, label: option }))}
      onChange={(chosen: string | null | undefined) => choose(chosen ?? undefined)}
    />
  );
}
