import type { PersonDto, ResetCodeDto } from '@cardwatch/contracts/api';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Modal, Typography } from 'antd';
import { useState } from 'react';
import { keys } from '../../api/keys.ts';
import { useConsole, useNow } from '../../console.tsx';
import { FailureNote } from '../../frame/failure.tsx';
import { useSession } from '../../frame/use-session.ts';
import { useWords } from '../../words/words.tsx';
import { actsOf, type PersonAct } from './acts.core.ts';

const words = {
  disableUser: 'people.disable',
  enableUser: 'people.enable',
  unlockUser: 'people.unlock',
  resetPassword: 'people.reset',
} as const satisfies Record<PersonAct, string>;

/** The buttons of one account. What ends somebody's session is asked for twice; a one-time code is shown once. */
export function PersonActs({ person }: { readonly person: PersonDto }) {
  const t = useWords();
  const { client } = useConsole();
  const cache = useQueryClient();
  const own = useSession()?.name;
  const now = useNow(30_000);
  const [asking, setAsking] = useState<PersonAct>();
  const [code, setCode] = useState<ResetCodeDto>();
  const act = useMutation({
    mutationFn: async (verb: PersonAct): Promise<ResetCodeDto | undefined> => {
      const input = { params: { name: person.name } };
      if (verb === 'resetPassword') return client.fetch(verb, input);
      await client.fetch(verb, input);
      return undefined;
    },
    onSuccess: async (made) => {
      setCode(made);
      setAsking(undefined);
      await cache.invalidateQueries({ queryKey: keys.users });
    },
    onError: (_error, verb) => setAsking(verb),
  });
  const press = (verb: PersonAct): void => {
    act.reset();
    if (verb === 'disableUser' || verb === 'resetPassword') setAsking(verb);
    else act.mutate(verb);
  };
  return (
    <span className="person-acts">
      {actsOf(person, own, now).map((verb) => (
        <Button key={verb} size="small" loading={act.isPending && act.variables === verb} onClick={() => press(verb)}>
          {t(words[verb])}
        </Button>
      ))}
      {asking !== undefined && (
        <Modal
          open
          title={
            asking === 'resetPassword'
              ? t('people.resetTitle', { name: person.name })
              : t('people.disableTitle', { name: person.name })
          }
          okText={t(words[asking])}
          cancelText={t('action.cancel')}
          okButtonProps={{ loading: act.isPending }}
          onOk={() => act.mutate(asking)}
          onCancel={() => setAsking(undefined)}
        >
          {asking === 'disableUser' && <p>{t('people.disableText')}</p>}
          {asking === 'resetPassword' && <p>{t('people.resetText')}</p>}
          {act.error !== null && <FailureNote error={act.error} />}
        </Modal>
      )}
      {code !== undefined && <CodeDialog code={code} close={() => setCode(undefined)} />}
    </span>
  );
}

function CodeDialog({ code, close }: { readonly code: ResetCodeDto; readonly close: () => void }) {
  const t = useWords();
  return (
    <Modal
      open
      title={t('people.codeTitle', { name: code.name })}
      footer={<Button onClick={close}>{t('action.close')}</Button>}
      onCancel={close}
      mask={{ closable: false }}
    >
      <p>
        <Typography.Text code copyable className="one-time-code">
          {code.code}
        </Typography.Text>
      </p>
      <p>{t('people.codeText')}</p>
    </Modal>
  );
}
