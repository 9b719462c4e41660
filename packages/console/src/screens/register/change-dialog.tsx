import { Form, Input, Modal } from 'antd';
import { type ReactNode, useState } from 'react';
import { FailureNote } from '../../frame/failure.tsx';
import { useWords } from '../../words/words.tsx';

interface ChangeDialogProps {
  readonly title: string;
  readonly text?: string;
  readonly action: string;
  readonly isReady: boolean;
  readonly pending: boolean;
  readonly error: Error | null;
  readonly submit: (reason: string) => void;
  readonly close: () => void;
  readonly children?: ReactNode;
}

/** Fields of a change, its reason, its failure. */
export function ChangeDialog({ title, text, action, isReady, pending, error, submit, close, children }: ChangeDialogProps) {
  const t = useWords();
  const [reason, setReason] = useState('');
  const given = reason.trim();
  return (
    <Modal
      open
      title={title}
      okText={action}
      cancelText={t('action.cancel')}
      okButtonProps={{ disabled: given === '' || !isReady, loading: pending }}
      onOk={() => submit(given)}
      onCancel={close}
    >
      {text !== undefined && <p className="dialog-text">{text}</p>}
      <Form layout="vertical">
        {children}
        <Form.Item label={t('form.reason')} htmlFor="reason">
          <Input.TextArea
            id="reason"
            rows={2}
            maxLength={200}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        </Form.Item>
      </Form>
      {error !== null && <FailureNote error={error} />}
    </Modal>
  );
}
