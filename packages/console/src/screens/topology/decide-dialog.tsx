import type { SuggestionDto } from '@cardwatch/contracts/api';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Form, Input, Modal, Radio } from 'antd';
import { useState } from 'react';
import { topologyKeys } from '../../api/topology-queries.ts';
import { useConsole } from '../../console.tsx';
import { FailureNote } from '../../frame/failure.tsx';
import { useWords } from '../../words/words.tsx';
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
  const [reason, setReason] = useState('');
  const decide = useMutation({
    mutationFn: () =>
      client.fetch('decideSuggestion', {
        params: { suggestionId: suggestion.suggestionId },
        body: { decision, as, reason: reason.trim(), idempotencyKey },
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
  return (
    <Modal
      open
      title={t(decision === 'confirmed' ? 'suggestion.confirmTitle' : 'suggestion.rejectTitle', values)}
      okText={t(decision === 'confirmed' ? 'suggestion.confirm' : 'suggestion.reject')}
      cancelText={t('action.cancel')}
      okButtonProps={{ disabled: reason.trim() === '', loading: decide.isPending }}
      onOk={() => decide.mutate()}
      onCancel={close}
    >
      <p>{t(decision === 'confirmed' ? 'suggestion.confirmText' : 'suggestion.rejectText')}</p>
      <Form layout="vertical">
        {decision === 'confirmed' && hasWays && (
          <Form.Item label={t('suggestion.as')}>
            <Radio.Group
              className="choices"
              value={as}
              onChange={(event) => setAs(roles.find((role) => role === event.target.value) ?? 'alternative')}
              options={roles.map((value) => ({ value, label: t(`suggestion.as.${value}`) }))}
            />
          </Form.Item>
        )}
        <Form.Item label={t('form.reason')} htmlFor="reason">
          <Input.TextArea
            id="reason"
            rows={3}
            maxLength={200}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        </Form.Item>
      </Form>
      {decide.error !== null && <FailureNote error={decide.error} />}
    </Modal>
  );
}
