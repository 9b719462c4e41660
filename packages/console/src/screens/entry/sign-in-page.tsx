import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useRouter } from '@tanstack/react-router';
import { Button, Form, Input } from 'antd';
import { keys } from '../../api/keys.ts';
import { useConsole } from '../../console.tsx';
import { FailureNote } from '../../frame/failure.tsx';
import { useWords } from '../../words/words.tsx';
import { EntryFrame } from './entry-frame.tsx';
import { safeNext } from './safe-next.ts';

const route = getRouteApi('/sign-in');

interface Fields {
  readonly name: string;
  readonly password: string;
}

export function SignInPage() {
  const t = useWords();
  const { client } = useConsole();
  const cache = useQueryClient();
  const router = useRouter();
  const { next } = route.useSearch();
  const signIn = useMutation({
    mutationFn: (body: Fields) => client.fetch('signIn', { body }),
    onSuccess: (session) => {
      cache.setQueryData(keys.session, session);
      router.history.push(safeNext(next));
    },
  });
  return (
    <EntryFrame title={t('signIn.title')} text={t('signIn.text')}>
      <Form layout="vertical" requiredMark={false} onFinish={(fields: Fields) => signIn.mutate(fields)}>
        <Form.Item name="name" label={t('person.name')} rules={[{ required: true, message: t('form.required') }]}>
          <Input autoFocus autoComplete="username" autoCapitalize="none" spellCheck={false} maxLength={64} />
        </Form.Item>
        <Form.Item name="password" label={t('person.password')} rules={[{ required: true, message: t('form.required') }]}>
          <Input.Password autoComplete="current-password" maxLength={256} />
        </Form.Item>
        {signIn.error !== null && <FailureNote error={signIn.error} />}
        <Button type="primary" htmlType="submit" block loading={signIn.isPending}>
          {t('signIn.action')}
        </Button>
        <p>
          <Link to="/reset">{t('reset.link')}</Link>
        </p>
      </Form>
    </EntryFrame>
  );
}
