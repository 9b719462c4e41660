import { Form, Input, Modal } from 'antd';
import { type ReactNode, useState } from 'react';
import { FailureNote } from '../frame/failure.tsx';
import { useWords } from '../words/words.tsx';

interface ReasonDialogProps {
  /** Names the object. */
  readonly title: string;
  /** Says the effect. */
  readonly text?: string;
  readonly action: string;
  readonly pending: boolean;
  readonly error: Error | null;
  /** Fields before the reason. */
  readonly children?: ReactNode;
  /** False while one of those fields is not right. */
  readonly ready?: boolean;
  readonly submit: (reason: string) => void;
  readonly close: () => void;
}

const reasonChars = 200;

/** Asks for what a change needs and for its reason, which goes into the audit trail, before it is done. */
export function ReasonDialog({ title, text, action, pending, error, children, ready = true, submit, close }: ReasonDialogProps) {
  const t = useWords();
  const [reason, setReason] = useState('');
  const given = reason.trim();
  return (
    <Modal
      open
      title={title}
      okText={action}
      cancelText={t('action.cancel')}
      okButtonProps={{ disabled: given === '' || !ready, loading: pending }}
      onOk={() => submit(given)}
      onCancel={close}
    >
      {text !== undefined && <p>{text}</p>}
      <Form layout="vertical">
        {children}
        <Form.Item label={t('form.reason')} htmlFor="reason">
          <Input.TextArea
            id="reason"
            autoFocus={children === undefined || children === false}
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
