import type { ResponseOf } from '@cardwatch/contracts/api';
import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { auditKeys } from '../../api/audit-queries.ts';
import { useConsole, useNow } from '../../console.tsx';
import { zone } from '../../format/time.ts';
import { FailureNote } from '../../frame/failure.tsx';
import { Moment } from '../../grid/cells.tsx';
import { useWords } from '../../words/words.tsx';
import { ReasonDialog } from '../reason-dialog.tsx';
import { useAct } from '../use-act.ts';
import { Scroll } from '../../frame/scroll.tsx';

type Token = ResponseOf<'tokens'>['items'][number];

/** 令牌: what machines may do, by whose hand, until when. The token itself is told once, where it is made. */
export function Tokens() {
  const t = useWords();
  const { queries, client } = useConsole();
  const now = useNow(60_000);
  const list = useQuery(queries.tokens());
  const [ending, setEnding] = useState<Token>();
  const revoke = useAct({
    act: ({ token, reason }: { readonly token: Token; readonly reason: string }) =>
      client.fetch('revokeToken', { params: { tokenId: token.tokenId }, body: { reason } }),
    changes: [auditKeys.tokens],
    said: t('token.revoked'),
    after: () => setEnding(undefined),
  });
  const items = list.data?.items ?? [];
  return (
    <>
      {list.error !== null && <FailureNote error={list.error} retry={() => void list.refetch()} />}
      {list.data !== undefined && items.length === 0 && <p className="empty">{t('token.none')}</p>}
      {items.length > 0 && (
        <Scroll label={t('people.tab.tokens')}>
          <table className="plain">
            <thead>
              <tr>
                {(['token.label', 'token.scopes', 'token.by', 'token.made', 'token.until'] as const).map((word) => (
                  <th key={word} scope="col">
                    {t(word)} {(word === 'token.made' || word === 'token.until') && <span className="meta">{zone}</span>}
                  </th>
                ))}
                <th scope="col">
                  <span className="hidden">{t('people.act')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {items.map((token) => (
                <tr key={token.tokenId}>
                  <th scope="row">{token.label}</th>
                  <td>{token.scopes.map((scope) => t(`scope.${scope}`)).join('、')}</td>
                  <td>{token.createdBy}</td>
                  <td className="number">
                    <Moment at={token.createdAt} now={now} />
                  </td>
                  <td className="number">
                    <Moment at={token.expiresAt} now={now} />
                  </td>
                  <td>
                    <Button size="small" onClick={() => setEnding(token)}>
                      {t('token.revoke')}
                    </Button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      {ending !== undefined && (
        <ReasonDialog
          title={t('token.revokeTitle', { name: ending.label })}
          text={t('token.revokeText')}
          action={t('token.revoke')}
          pending={revoke.isPending}
          error={revoke.error}
          submit={(reason) => revoke.mutate({ token: ending, reason })}
          close={() => setEnding(undefined)}
        />
      )}
    </>
  );
}
