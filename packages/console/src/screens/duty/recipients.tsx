import type { RecipientDto } from '@cardwatch/contracts/api';
import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { dutyKeys } from '../../api/duty-queries.ts';
import { useConsole } from '../../console.tsx';
import { FailureNote } from '../../frame/failure.tsx';
import { useMay } from '../../frame/use-session.ts';
import { none } from '../../grid/cells.tsx';
import { useWords } from '../../words/words.tsx';
import { ReasonDialog } from '../reason-dialog.tsx';
import { useAct } from '../use-act.ts';
import { RecipientDialog } from './recipient-dialog.tsx';
import { Scroll } from '../../frame/scroll.tsx';

/** 接收人: people and robots that are told; their addresses as the collector gives them, masked. */
export function Recipients() {
  const t = useWords();
  const { queries } = useConsole();
  const may = useMay('duty:edit');
  const list = useQuery(queries.recipients());
  const [editing, setEditing] = useState<RecipientDto | 'new'>();
  const [removing, setRemoving] = useState<RecipientDto>();
  const items = list.data?.items ?? [];
  return (
    <>
      {list.error !== null && <FailureNote error={list.error} retry={() => void list.refetch()} />}
      {may && (
        <div className="filters">
          <Button size="small" type="primary" onClick={() => setEditing('new')}>
            {t('recipient.add')}
          </Button>
        </div>
      )}
      {list.data !== undefined && items.length === 0 && <p className="empty">{t('recipient.none')}</p>}
      {items.length > 0 && (
        <Scroll label={t('duty.tab.recipients')}>
          <table className="plain">
            <thead>
              <tr>
                {(
                  [
                    'recipient.name',
                    'recipient.id',
                    'recipient.kind',
                    'recipient.user',
                    'recipient.language',
                    'recipient.addresses',
                  ] as const
                ).map((word) => (
                  <th key={word} scope="col">
                    {t(word)}
                  </th>
                ))}
                <th scope="col">
                  <span className="hidden">{t('people.act')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {items.map((one) => (
                <tr key={one.recipientId}>
                  <th scope="row">{one.displayName}</th>
                  <td>{one.recipientId}</td>
                  <td>{t(`recipient.kind.${one.kind}`)}</td>
                  <td>{one.user ?? none}</td>
                  <td>{t(`recipient.language.${one.language}`)}</td>
                  <td>
                    {one.addresses.length === 0
                      ? none
                      : one.addresses.map(({ channel, masked }) => (
                          <span key={channel} className="address">
                            <span className="meta">{t(`channel.${channel}`)}</span> <span className="number">{masked}</span>
                          </span>
                        ))}
                  </td>
                  <td>
                    {may && (
                      <span className="person-acts">
                        <Button size="small" onClick={() => setEditing(one)}>
                          {t('recipient.edit')}
                        </Button>
                        <Button size="small" onClick={() => setRemoving(one)}>
                          {t('recipient.remove')}
                        </Button>
                      </span>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      {editing !== undefined && (
        <RecipientDialog recipient={editing === 'new' ? undefined : editing} close={() => setEditing(undefined)} />
      )}
      {removing !== undefined && <Removing recipient={removing} close={() => setRemoving(undefined)} />}
    </>
  );
}

function Removing({ recipient, close }: { readonly recipient: RecipientDto; readonly close: () => void }) {
  const t = useWords();
  const { client } = useConsole();
  const remove = useAct({
    act: (reason: string, idempotencyKey) =>
      client.fetch('removeRecipient', { params: { recipientId: recipient.recipientId }, body: { reason, idempotencyKey } }),
    changes: [dutyKeys.duty],
    said: t('recipient.removed'),
    after: close,
  });
  return (
    <ReasonDialog
      title={t('recipient.removeTitle', { name: recipient.displayName })}
      text={t('recipient.removeText')}
      action={t('recipient.remove')}
      pending={remove.isPending}
      error={remove.error}
      submit={(reason) => remove.mutate(reason)}
      close={close}
    />
  );
}
