import './setup.css';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Button, Checkbox, Form, Input } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { keys } from '../../api/keys.ts';
import { useConsole } from '../../console.tsx';
import { FailureNote } from '../../frame/failure.tsx';
import { useWords } from '../../words/words.tsx';
import { EntryFrame } from './entry-frame.tsx';
import { adminNameOf, codeIn, type SetupForm, setupBody } from './first-accounts.core.ts';
import { NewPasswordFields } from './new-password-fields.tsx';
import { NameField } from './person-fields.tsx';

const adminName: ['admin', 'name'] = ['admin', 'name'];

/** Makes the first administrator, and that person's duty account, with the code that the collector's first start printed. */
export function SetupPage() {
  const t = useWords();
  const [form] = Form.useForm<SetupForm>();
  const [hasDuty, setHasDuty] = useState(true);
  const printed = usePrintedCode();
  const setup = useSetup();
  const suggested = useRef('');
  const suggest = (changed: { readonly duty?: { readonly name?: string } }): void => {
    const name = changed.duty?.name;
    const stands: string = form.getFieldValue(adminName) ?? '';
    if (name === undefined || stands !== suggested.current) return;
    suggested.current = adminNameOf(name);
    form.setFieldValue(adminName, suggested.current);
  };
  return (
    <EntryFrame title={t('setup.title')} text={t('setup.text')} isWide>
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ code: printed }}
        onValuesChange={suggest}
        onFinish={(fields: SetupForm) => setup.mutate(fields)}
      >
        <Form.Item
          name="code"
          label={t('setup.code')}
          extra={t('setup.codeWhere')}
          rules={[{ required: true, message: t('form.required') }]}
        >
          <Input autoFocus={printed === ''} autoComplete="off" autoCapitalize="none" spellCheck={false} maxLength={64} />
        </Form.Item>
        <Checkbox checked={hasDuty} onChange={({ target }) => setHasDuty(target.checked)}>
          {t('setup.withDuty')}
        </Checkbox>
        {hasDuty && <DutyFields isFirst={printed !== ''} />}
        <AdminFields isBeside={hasDuty} />
        {setup.error !== null && <FailureNote error={setup.error} />}
        <Button type="primary" htmlType="submit" block loading={setup.isPending}>
          {t('setup.action')}
        </Button>
      </Form>
    </EntryFrame>
  );
}

function DutyFields({ isFirst }: { readonly isFirst: boolean }) {
  const t = useWords();
  return (
    <div role="group" className="setup-account" aria-labelledby="setup-duty">
      <h2 id="setup-duty">{t('setup.duty')}</h2>
      <p className="meta">{t('setup.dutyText')}</p>
      <NameField of={['duty']} isFirst={isFirst} />
      <DisplayNameField of="duty" />
      <NewPasswordFields label={t('person.password')} of={['duty']} />
    </div>
  );
}

/** `isBeside`: the duty account's name is there to follow, and its password not to be repeated. */
function AdminFields({ isBeside }: { readonly isBeside: boolean }) {
  const t = useWords();
  const unlike = { field: ['duty', 'password'], message: t('setup.unlike') };
  return (
    <div role="group" className="setup-account" aria-labelledby="setup-admin">
      <h2 id="setup-admin">{t('setup.admin')}</h2>
      <p className="meta">{t('setup.adminText')}</p>
      <NameField of={['admin']} />
      {isBeside ? <p className="meta setup-hint">{t('setup.adminName')}</p> : <DisplayNameField of="admin" />}
      <NewPasswordFields label={t('person.password')} of={['admin']} {...(isBeside ? { unlike } : {})} />
    </div>
  );
}

function DisplayNameField({ of }: { readonly of: 'admin' | 'duty' }) {
  const t = useWords();
  return (
    <Form.Item name={[of, 'displayName']} label={t('person.displayName')}>
      <Input autoComplete="name" maxLength={64} placeholder={t('setup.optional')} />
    </Form.Item>
  );
}

/** The code of the printed link, taken out of the address at once. */
function usePrintedCode(): string {
  const [code] = useState(() => codeIn(location.hash));
  useEffect(() => {
    if (location.hash !== '') history.replaceState(history.state, '', `${location.pathname}${location.search}`);
  }, []);
  return code;
}

function useSetup() {
  const t = useWords();
  const { client } = useConsole();
  const cache = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (fields: SetupForm) => client.fetch('setup', { body: setupBody(fields, (name) => t('setup.adminAs', { name })) }),
    onSuccess: async (session) => {
      cache.setQueryData(keys.session, session);
      cache.removeQueries({ queryKey: keys.setupState });
      await navigate({ to: '/' });
    },
  });
}
