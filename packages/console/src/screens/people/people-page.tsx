import type { PersonDto } from '@cardwatch/contracts/api';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Button, Tabs } from 'antd';
import { useState } from 'react';
import { useConsole, useNow } from '../../console.tsx';
import { fullTime, shortTime, zone } from '../../format/time.ts';
import { FailureNote } from '../../frame/failure.tsx';
import type { Column } from '../../grid/column.ts';
import { Grid } from '../../grid/grid.tsx';
import { useLanguage } from '../../words/words.tsx';
import { standingOf } from './acts.core.ts';
import { AddPersonDialog } from './add-person-dialog.tsx';
import { AreasDialog } from './areas-dialog.tsx';
import { PersonActs } from './person-acts.tsx';
import { RolesTable } from './roles-table.tsx';
import { Tokens } from './tokens.tsx';
import { emptyOf } from '../../list/empty.ts';
import '../duty/duty.css';
import './people.css';

const route = getRouteApi('/app/people');
const tabs = ['roles', 'tokens'] as const;

/** 账号: who may sign in, and as what; what each role may do; tokens of machines. */
export function PeoplePage() {
  const { say: t } = useLanguage();
  const { tab } = route.useSearch();
  const navigate = route.useNavigate();
  const [adding, setAdding] = useState(false);
  return (
    <div className={tab === undefined ? 'page list-page' : 'page'}>
      <div className="title-line">
        <h1>
          {t('rail.people')} <span className="meta">{t('people.explain')}</span>
        </h1>
        <span className="push" />
        <Button type="primary" size="small" onClick={() => setAdding(true)}>
          {t('people.add')}
        </Button>
      </div>
      <Tabs
        size="small"
        activeKey={tab ?? 'people'}
        items={[{ key: 'people', label: t('rail.people') }, ...tabs.map((key) => ({ key, label: t(`people.tab.${key}`) }))]}
        onChange={(key) => {
          const next = tabs.find((one) => one === key);
          void navigate({ search: next === undefined ? {} : { tab: next } });
        }}
      />
      {tab === undefined && <Accounts />}
      {tab === 'roles' && <RolesTable />}
      {tab === 'tokens' && <Tokens />}
      {adding && <AddPersonDialog close={() => setAdding(false)} />}
    </div>
  );
}

function Accounts() {
  const { say: t } = useLanguage();
  const { queries } = useConsole();
  const list = useQuery(queries.users());
  const [narrowing, setNarrowing] = useState<PersonDto>();
  return (
    <>
      {list.error !== null && <FailureNote error={list.error} retry={() => void list.refetch()} />}
      <Grid
        label={t('rail.people')}
        columns={useColumns(setNarrowing)}
        rows={(list.data?.items ?? []).map((person) => ({ type: 'row', key: person.name, value: person }))}
        empty={emptyOf(list, t, null)}
      />
      {narrowing !== undefined && <AreasDialog person={narrowing} close={() => setNarrowing(undefined)} />}
    </>
  );
}

function useColumns(narrow: (person: PersonDto) => void): readonly Column<PersonDto>[] {
  const { say: t, language } = useLanguage();
  const now = useNow(30_000);
  const time = (at: number) => <span title={fullTime(at, language)}>{shortTime(at, now)}</span>;
  return [
    { key: 'name', title: t('person.name'), track: 'minmax(170px, 1.3fr)', cell: (person) => person.name },
    { key: 'display', title: t('person.displayName'), track: 'minmax(140px, 1fr)', cell: (person) => person.displayName },
    { key: 'role', title: t('person.role'), track: '120px', cell: (person) => t(`role.${person.role}`) },
    {
      key: 'areas',
      title: t('people.areas'),
      track: 'minmax(140px, 1fr)',
      cell: (person) => (
        <button type="button" className="link" title={t('people.areasChange')} onClick={() => narrow(person)}>
          {person.areas === null ? t('people.allAreas') : person.areas.join('、')}
        </button>
      ),
    },
    {
      key: 'state',
      title: t('column.state'),
      track: '100px',
      cell: (person) => t(standingOf(person, now)),
    },
    {
      key: 'seen',
      title: t('person.lastSignIn'),
      hint: zone,
      track: '170px',
      align: 'end',
      cell: (person) =>
        person.lastSignInAt === null ? <span className="meta">{t('person.never')}</span> : time(person.lastSignInAt),
    },
    {
      key: 'made',
      title: t('person.createdAt'),
      hint: zone,
      track: '170px',
      align: 'end',
      cell: (person) => time(person.createdAt),
    },
    { key: 'act', title: t('people.act'), track: '260px', cell: (person) => <PersonActs person={person} /> },
  ];
}
