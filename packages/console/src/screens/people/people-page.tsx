import type { PersonDto } from '@cardwatch/contracts/api';
import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useConsole, useNow } from '../../console.tsx';
import { fullTime, shortTime, zone } from '../../format/time.ts';
import { FailureNote } from '../../frame/failure.tsx';
import type { Column } from '../../grid/column.ts';
import { Grid } from '../../grid/grid.tsx';
import { useLanguage } from '../../words/words.tsx';
import { standingOf } from './acts.core.ts';
import { AddPersonDialog } from './add-person-dialog.tsx';
import { PersonActs } from './person-acts.tsx';

/** 账号: who may sign in, and as what. The first administrator makes the others here. */
export function PeoplePage() {
  const { say: t } = useLanguage();
  const { queries } = useConsole();
  const list = useQuery(queries.users());
  const [adding, setAdding] = useState(false);
  return (
    <div className="page list-page">
      <div className="title-line">
        <h1>
          {t('rail.people')} <span className="meta">{t('people.explain')}</span>
        </h1>
        <span className="push" />
        <Button type="primary" size="small" onClick={() => setAdding(true)}>
          {t('people.add')}
        </Button>
      </div>
      {list.error !== null && <FailureNote error={list.error} retry={() => void list.refetch()} />}
      <Grid
        label={t('rail.people')}
        columns={useColumns()}
        rows={(list.data?.items ?? []).map((person) => ({ type: 'row', key: person.name, value: person }))}
        empty={t('list.loading')}
      />
      {adding && <AddPersonDialog close={() => setAdding(false)} />}
    </div>
  );
}

function useColumns(): readonly Column<PersonDto>[] {
  const { say: t, language } = useLanguage();
  const now = useNow(30_000);
  const time = (at: number) => <span title={fullTime(at, language)}>{shortTime(at, now)}</span>;
  return [
    { key: 'name', title: t('person.name'), track: 'minmax(140px, 1fr)', cell: (person) => person.name },
    { key: 'display', title: t('person.displayName'), track: 'minmax(140px, 1fr)', cell: (person) => person.displayName },
    { key: 'role', title: t('person.role'), track: '160px', cell: (person) => t(`role.${person.role}`) },
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
