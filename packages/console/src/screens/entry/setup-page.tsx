import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Button, Form, Input } from 'antd';
import { keys } from '../../api/keys.ts';
import { useConsole } from '../../console.tsx';
import { FailureNote } from '../../frame/failure.tsx';
import { useWords } from '../../words/words.tsx';
import { EntryFrame } from './entry-frame.tsx';
import { PersonFields, type PersonForm } from './person-fields.tsx';

interface Fields extends PersonForm {
  readonly code: string;
}

/** Makes the first administrator with the code that the collector's first start printed. */
export function SetupPage() {
  const t = useWords();
  const { client } = useConsole();
  const cache = useQueryClient();
  const navigate = useNavigate();
  const setup = useMutation({
    mutationFn: ({ code, name, displayName, password }: Fields) =>
      client.fetch('setup', { body: { code: code.trim(), name, displayName, password } }),
    onSuccess: async (session) => {
      cache.setQueryData(keys.session, session);
      cache.removeQueries({ queryKey: keys.setupState });
      await navigate({ to: '/' });
    },
  });
  return (
    <EntryFrame title={t('setup.title')} text={t('setup.text')}>
      <Form layout="vertical" requiredMark={false} onFinish={(fields: Fields) => setup.mutate(fields)}>
        <Form.Item
          name="code"
          label={t('setup.code')}
          extra={t('setup.codeWhere')}
          rules={[{ required: true, message: t('form.required') }]}
        >
          <Input autoFocus autoComplete="off" autoCapitalize="none" spellCheck={false} maxLength={64} />
        </Form.Item>
        <PersonFields />
        {setup.error !== null && <FailureNote error={setup.error} />}
        <Button type="primary" htmlType="submit" block loading={setup.isPending}>
          {t('setup.action')}
        </Button>
      </Form>
    </EntryFrame>
  );
}
