import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Input, Select } from 'antd';
import { useState } from 'react';
import { useConsole } from '../../console.tsx';
import { type RecordKind, recordKinds } from '../../marks/records.ts';
import { withSearch } from '../../search.ts';
import { useWords } from '../../words/words.tsx';
import { TimeRange } from './time-range.tsx';

const route = getRouteApi('/app/records');

interface RecordFiltersProps {
  readonly cardNo: string | undefined;
  readonly setCardNo: (cardNo: string | undefined) => void;
}

const tailDigits = 4;
const cardPattern = /^\d{4,20}$/;

export function RecordFilters({ cardNo, setCardNo }: RecordFiltersProps) {
  const t = useWords();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = (change: Parameters<typeof withSearch<typeof search>>[1]): void =>
    void navigate({ search: (old) => withSearch(old, change) });
  const askCard = (digits: string | undefined): void => {
    const isTail = digits?.length === tailDigits;
    setCardNo(isTail ? undefined : digits);
    set({ tail: isTail ? digits : undefined, cardRef: undefined });
  };
  return (
    <>
      <TimeRange from={search.from} to={search.to} change={(from, to) => set({ from, to })} />
      <Select
        className="choice"
        size="small"
        allowClear
        aria-label={t('filter.kind')}
        placeholder={t('filter.kind')}
        value={search.kind ?? null}
        popupMatchSelectWidth={false}
        options={recordKinds.map((kind) => ({ value: kind, label: t(`kind.${kind}`) }))}
        onChange={(kind: RecordKind | null | undefined) => set({ kind: kind ?? undefined })}
      />
      <CardField key={cardNo ?? search.tail ?? ''} asked={cardNo ?? search.tail} ask={askCard} />
      {search.cardRef !== undefined && (
        <button type="button" className="chip chosen" onClick={() => set({ cardRef: undefined })}>
          {t('filter.oneCard')} ×
        </button>
      )}
      {search.deviceId !== undefined && <DeviceChip deviceId={search.deviceId} clear={() => set({ deviceId: undefined })} />}
      {search.recordNo !== undefined && (
        <button type="button" className="chip chosen" onClick={() => set({ recordNo: undefined })}>
          {t('find.byRecordNo', { no: search.recordNo })} ×
        </button>
      )}
      {search.place !== undefined && (
        <button type="button" className="chip chosen" onClick={() => set({ place: undefined })}>
          {search.place.split('/').filter(Boolean).join(' / ')} ×
        </button>
      )}
      {search.merchantId !== undefined && (
        <button type="button" className="chip chosen" onClick={() => set({ merchantId: undefined })}>
          {t('records.oneMerchant', { id: search.merchantId })} ×
        </button>
      )}
    </>
  );
}

function DeviceChip({ deviceId, clear }: { readonly deviceId: string; readonly clear: () => void }) {
  const t = useWords();
  const { queries } = useConsole();
  const device = useQuery(queries.device(deviceId)).data;
  return (
    <button type="button" className="chip chosen" onClick={clear}>
      {t('filter.device', { name: device?.name ?? deviceId })} ×
    </button>
  );
}

interface CardFieldProps {
  readonly asked: string | undefined;
  readonly ask: (digits: string | undefined) => void;
}

function CardField({ asked, ask }: CardFieldProps) {
  const t = useWords();
  const [text, setText] = useState(asked ?? '');
  const wrong = text !== '' && !cardPattern.test(text);
  return (
    <Input
      className="card-field"
      size="small"
      allowClear
      inputMode="numeric"
      autoComplete="off"
      maxLength={20}
      value={text}
      status={wrong ? 'error' : ''}
      placeholder={t('filter.card')}
      aria-label={t('filter.card')}
      onChange={(event) => {
        setText(event.target.value);
        if (event.target.value === '') ask(undefined);
      }}
      onPressEnter={() => !wrong && ask(text === '' ? undefined : text)}
    />
  );
}
