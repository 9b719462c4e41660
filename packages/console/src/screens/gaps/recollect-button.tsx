import type { GapDto } from '@cardwatch/contracts/api';
import { useMutation } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useState } from 'react';
import { useConsole } from '../../console.tsx';
import { count } from '../../format/money.ts';
import { useWords } from '../../words/words.tsx';
import { ReasonDialog } from '../reason-dialog.tsx';

/** 补采: asks the agent to read the missing records of a terminal once more. Streams are asked for again by the collector itself. */
export function RecollectButton({ gap }: { readonly gap: GapDto }) {
  const t = useWords();
  const { client } = useConsole();
  const { message } = App.useApp();
  const [asking, setAsking] = useState(false);
  const recollect = useMutation({
    mutationFn: (reason: string) => client.fetch('recollectGap', { params: { id: gap.id }, body: { reason } }),
    onSuccess: () => {
      setAsking(false);
      void message.success(t('recollect.sent'));
    },
  });
  if (gap.scope !== 'device' || gap.state !== 'open') return null;
  const values = { name: gap.deviceName ?? gap.deviceId ?? '', first: count(gap.first), last: count(gap.last) };
  return (
    <>
      <Button size="small" onClick={() => setAsking(true)}>
        {t('recollect.action')}
      </Button>
      {asking && (
        <ReasonDialog
          title={t('recollect.title', { name: values.name })}
          text={t('recollect.text', values)}
          action={t('recollect.action')}
          pending={recollect.isPending}
          error={recollect.error}
          submit={(reason) => recollect.mutate(reason)}
          close={() => setAsking(false)}
        />
      )}
    </>
  );
}
