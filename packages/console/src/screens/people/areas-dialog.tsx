import type { PersonDto } from '@cardwatch/contracts/api';
import { useQuery } from '@tanstack/react-query';
import { Modal, Select } from 'antd';
import { useState } from 'react';
import { keys } from '../../api/keys.ts';
import { useConsole } from '../../console.tsx';
import { FailureNote } from '../../frame/failure.tsx';
import { useWords } from '../../words/words.tsx';
import { useAct } from '../use-act.ts';

/** Campuses and areas that an account sees and handles; none: all. */
export function AreasDialog({ person, close }: { readonly person: PersonDto; readonly close: () => void }) {
  const t = useWords();
  const { client, queries } = useConsole();
  const [areas, setAreas] = useState<readonly string[]>(person.areas ?? []);
  const known = useQuery(queries.overview()).data?.areas ?? [];
  const campuses = [...new Set(known.map(({ campus }) => campus))];
  const save = useAct({
    act: (chosen: readonly string[]) =>
      client.fetch('setUserAreas', { params: { name: person.name }, body: { areas: chosen.length === 0 ? null : [...chosen] } }),
    changes: [keys.users],
    said: t('people.areasSaved'),
    after: close,
  });
  return (
    <Modal
      open
      title={t('people.areasTitle', { name: person.name })}
      okText={t('rule.save')}
      cancelText={t('action.cancel')}
      okButtonProps={{ loading: save.isPending }}
      onOk={() => save.mutate(areas)}
      onCancel={close}
    >
      <p>{t('people.areasText')}</p>
      <Select
        aria-label={t('people.areas')}
        mode="tags"
        className="areas-field"
        maxCount={32}
        value={[...areas]}
        placeholder={t('people.allAreas')}
        options={campuses.map((value) => ({ value }))}
        onChange={(next: string[]) => setAreas(next)}
      />
      {save.error !== null && <FailureNote error={save.error} />}
    </Modal>
  );
}
