import type { WallLinkDto } from '@cardwatch/contracts/api';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useConsole } from '../../console.tsx';
import { useWords } from '../../words/words.tsx';
import { ReasonDialog } from '../reason-dialog.tsx';

export function RevokeButton({ link: { linkId, label } }: { readonly link: WallLinkDto }) {
  const t = useWords();
  const { client } = useConsole();
  const cache = useQueryClient();
  const [asking, setAsking] = useState(false);
  const revoke = useMutation({
    mutationFn: (reason: string) => client.fetch('revokeWallLink', { params: { linkId }, body: { reason } }),
    onSuccess: (links) => cache.setQueryData(['wallLinks'], links),
  });
  return (
    <>
      <Button size="small" aria-label={`${t('wall.revoke')} ${label}`} onClick={() => setAsking(true)}>
        {t('wall.revoke')}
      </Button>
      {asking && (
        <ReasonDialog
          title={t('wall.revokeTitle', { label })}
          text={t('wall.revokeText')}
          action={t('wall.revoke')}
          pending={revoke.isPending}
          error={revoke.error}
          submit={(reason) => revoke.mutate(reason)}
          close={() => setAsking(false)}
        />
      )}
    </>
  );
}
