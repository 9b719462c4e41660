import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Form, Input, Modal } from 'antd';
import { keys } from '../api/keys.ts';
import { useConsole } from '../console.tsx';
import { NewPasswordFields } from '../screens/entry/new-password-fields.tsx';
import { useWords } from '../words/words.tsx';
import { FailureNote } from './failure.tsx';

interface Fields {
  readonly current: string;
  readonly password: string;
}

/** One's own password; the old one is asked. */
export function ChangePasswordDialog({ close }: { readonly close: () => void }) {
  const t = useWords();
  const { client } = useConsole();
  const { message } = App.useApp();
  const cache = useQueryClient();
  const change = useMutation({
    mutationFn: ({ current, password }: Fields) => client.fetch('changePassword', { body: { current, password } }),
    onSuccess: (session) => {
      cache.setQueryData(keys.session, session);
      void message.success(t('password.changed'));
      close();
    },
  });
  return (
    <Modal open title={t('password.change')} footer={null} onCancel={close}>
      <Form layout="vertical" requiredMark={false} onFinish={(fields: Fields) => change.mutate(fields)}>
        <Form.Item name="current" label={t('password.current')} rules={[{ required: true, message: t('form.required') }]}>
          <Input.Password autoFocus autoComplete="current-password" maxLength={256} />
        </Form.Item>
        <NewPasswordFields label={t('password.new')} />
        {change.error !== null && <FailureNote error={change.error} />}
        <Button type="primary" htmlType="submit" loading={change.isPending}>
          {t('password.change')}
        </Button>
      </Form>
    </Modal>
  );
}
