import type { SuggestionDto } from '@cardwatch/contracts/api';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Form, Radio } from 'antd';
import { useState } from 'react';
import { topologyKeys } from '../../api/topology-queries.ts';
import { useConsole } from '../../console.tsx';
import { useWords } from '../../words/words.tsx';
import { ReasonDialog } from '../reason-dialog.tsx';
import type { Campus } from './use-network.ts';

interface DecideDialogProps {
  readonly campus: Campus;
  readonly suggestion: SuggestionDto;
  readonly decision: 'confirmed' | 'rejected';
  readonly close: () => void;
}

const roles = ['alternative', 'another', 'instead'] as const;

/** Confirms a seen link, saying what it is beside those that are drawn, or rejects it; the reason goes into the audit trail. */
export function DecideDialog({ campus, suggestion, decision, close }: DecideDialogProps) {
  const t = useWords();
  const { client, newId } = useConsole();
  const cache = useQueryClient();
  const [idempotencyKey] = useState(newId);
  const [as, setAs] = useState<(typeof roles)[number]>('alternative');
  const decide = useMutation({
    mutationFn: (reason: string) =>
      client.fetch('decideSuggestion', {
        params: { suggestionId: suggestion.suggestionId },
        body: { decision, as, reason, idempotencyKey },
      }),
    onSuccess: () => {
      for (const queryKey of [['suggestions'], topologyKeys.topology, ['registerImports']])
        void cache.invalidateQueries({ queryKey });
      close();
    },
  });
  const nameOf = (id: string): string => campus.byId.get(id)?.name ?? id;
  const values = { name: nameOf(suggestion.deviceId), parent: nameOf(suggestion.parent) };
  const hasWays = (campus.network.ways.get(suggestion.deviceId) ?? []).length > 0;
  const isConfirming = decision === 'confirmed';
  return (
    <ReasonDialog
      title={t(isConfirming ? 'suggestion.confirmTitle' : 'suggestion.rejectTitle', values)}
      text={t(isConfirming ? 'suggestion.confirmText' : 'suggestion.rejectText')}
      action={t(isConfirming ? 'suggestion.confirm' : 'suggestion.reject')}
      pending={decide.isPending}
      error={decide.error}
      submit={decide.mutate}
      close={close}
    >
      {isConfirming && hasWays && (
        <Form.Item label={t('suggestion.as')}>
          <Radio.Group
            className="choices"
            value={as}
            onChange={(event) => setAs(roles.find((role) => role === event.target.value) ?? 'alternative')}
            options={roles.map((value) => ({ value, label: t(`suggestion.as.${value}`) }))}
          />
        </Form.Item>
      )}
    </ReasonDialog>
  );
}
