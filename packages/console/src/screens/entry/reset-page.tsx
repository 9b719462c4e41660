import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Button, Form, Input } from 'antd';
import { keys } from '../../api/keys.ts';
import { useConsole } from '../../console.tsx';
import { FailureNote } from '../../frame/failure.tsx';
import { useWords } from '../../words/words.tsx';
import { EntryFrame } from './entry-frame.tsx';
import { NewPasswordFields } from './new-password-fields.tsx';

interface Fields {
  readonly name: string;
  readonly code: string;
  readonly password: string;
}

/** A new password with the one-time code that an administrator handed over. */
export function ResetPage() {
  const t = useWords();
  const { client } = useConsole();
  const cache = useQueryClient();
  const navigate = useNavigate();
  const redeem = useMutation({
    mutationFn: ({ name, code, password }: Fields) =>
      client.fetch('redeemReset', { body: { name: name.trim(), code: code.trim(), password } }),
    onSuccess: async (session) => {
      cache.setQueryData(keys.session, session);
      await navigate({ to: '/' });
    },
  });
  const required = { required: true, message: t('form.required') };
  return (
    <EntryFrame title={t('reset.title')} text={t('reset.text')}>
      <Form layout="vertical" requiredMark={false} onFinish={(fields: Fields) => redeem.mutate(fields)}>
        <Form.Item name="name" label={t('person.name')} rules={[required]}>
          <Input autoFocus autoComplete="username" autoCapitalize="none" spellCheck={false} maxLength={32} />
        </Form.Item>
        <Form.Item name="code" label={t('reset.code')} rules={[required]}>
          <Input autoComplete="off" autoCapitalize="none" spellCheck={false} maxLength={64} />
        </Form.Item>
        <NewPasswordFields label={t('password.new')} />
        {redeem.error !== null && <FailureNote error={redeem.error} />}
        <Button type="primary" htmlType="submit" block loading={redeem.isPending}>
          {t('reset.action')}
        </Button>
        <p>
          <Link to="/sign-in">{t('reset.back')}</Link>
        </p>
      </Form>
    </EntryFrame>
  );
}
