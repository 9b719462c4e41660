import { Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { FailureNote } from '../frame/failure.tsx';
import { useWords } from '../words/words.tsx';

interface ReasonDialogProps {
  /** Names the object. */
  readonly title: string;
  /** Says the effect. */
  readonly text: string;
  readonly action: string;
  readonly pending: boolean;
  readonly error: Error | null;
  readonly submit: (reason: string) => void;
  readonly close: () => void;
}

const reasonChars = 200;

/** Asks for the reason of a command before it is given. */
export function ReasonDialog({ title, text, action, pending, error, submit, close }: ReasonDialogProps) {
  const t = useWords();
  const [reason, setReason] = useState('');
  const given = reason.trim();
  return (
    <Modal
      open
      title={title}
      okText={action}
      cancelText={t('action.cancel')}
      okButtonProps={{ disabled: given === '', loading: pending }}
      onOk={() => submit(given)}
      onCancel={close}
    >
      <p>{text}</p>
      <Form layout="vertical">
        <Form.Item label={t('form.reason')} htmlFor="reason">
          <Input.TextArea
            id="reason"
            autoFocus
            rows={3}
            maxLength={reasonChars}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        </Form.Item>
      </Form>
      {error !== null && <FailureNote error={error} />}
    </Modal>
  );
}
