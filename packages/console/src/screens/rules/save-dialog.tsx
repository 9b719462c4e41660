import type { RuleVersion } from '@cardwatch/contracts/watch';
import { Input, Modal } from 'antd';
import { useState } from 'react';
import { rulesKeys, type RuleRow } from '../../api/rules-queries.ts';
import { useConsole } from '../../console.tsx';
import { FailureNote } from '../../frame/failure.tsx';
import { useWords } from '../../words/words.tsx';
import { useAct } from '../use-act.ts';
import { ChangesList } from './changes-list.tsx';
import type { Change } from './rule.core.ts';

interface SaveDialogProps {
  readonly row: RuleRow;
  readonly said: Pick<RuleVersion, 'enabled' | 'timing' | 'params'>;
  readonly changes: readonly Change[];
  readonly basis: 'manual' | 'suggested';
  readonly close: () => void;
}

/** What changes, once more, and the reason that stands in the version. */
export function SaveDialog({ row, said, changes, basis, close }: SaveDialogProps) {
  const t = useWords();
  const { client } = useConsole();
  const [reason, setReason] = useState('');
  const save = useAct({
    act: (why: string, idempotencyKey) =>
      client.fetch('saveRule', {
        params: { rule: row.rule },
        body: { basedOn: row.current.version, ...said, params: { ...said.params }, basis, reason: why, idempotencyKey },
      }),
    changes: [rulesKeys.rules],
    said: t('rule.saved'),
    after: close,
  });
  const given = reason.trim();
  return (
    <Modal
      open
      title={t('rule.saveTitle', { name: t(`rule.name.${row.rule}`), n: row.current.version + 1 })}
      okText={t('rule.save')}
      cancelText={t('action.cancel')}
      okButtonProps={{ disabled: given === '', loading: save.isPending }}
      onOk={() => save.mutate(given)}
      onCancel={close}
    >
      <ChangesList changes={changes} fields={row.params} />
      <label htmlFor="save-reason">{t('form.reason')}</label>
      <Input.TextArea
        id="save-reason"
        autoFocus
        rows={2}
        maxLength={400}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      {save.error !== null && <FailureNote error={save.error} />}
    </Modal>
  );
}
