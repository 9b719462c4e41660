import { Form, Input } from 'antd';
import { useWords } from '../../words/words.tsx';
import { NewPasswordFields } from './new-password-fields.tsx';

export interface PersonForm {
  readonly name: string;
  readonly displayName: string;
  readonly password: string;
}

/** The contract's rule for a sign-in name; the collector checks it again. */
const namePattern = /^[a-z][a-z0-9._-]{1,31}$/;

/** Name, display name and password twice, as every new account needs them. */
export function PersonFields() {
  const t = useWords();
  const required = { required: true, message: t('form.required') };
  return (
    <>
      <Form.Item name="name" label={t('person.name')} rules={[required, { pattern: namePattern, message: t('person.nameRule') }]}>
        <Input autoComplete="username" autoCapitalize="none" spellCheck={false} maxLength={32} />
      </Form.Item>
      <Form.Item name="displayName" label={t('person.displayName')} rules={[required]}>
        <Input autoComplete="name" maxLength={64} />
      </Form.Item>
      <NewPasswordFields label={t('person.password')} />
    </>
  );
}
