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

/** A sign-in name; `of`: where in the form the account stands. */
export function NameField({ of = [], isFirst = false }: { readonly of?: readonly string[]; readonly isFirst?: boolean }) {
  const t = useWords();
  const rules = [
    { required: true, message: t('form.required') },
    { pattern: namePattern, message: t('person.nameRule') },
  ];
  return (
    <Form.Item name={[...of, 'name']} label={t('person.name')} rules={rules}>
      <Input autoFocus={isFirst} autoComplete="username" autoCapitalize="none" spellCheck={false} maxLength={32} />
    </Form.Item>
  );
}

/** Name, display name and password twice, as every new account needs them. */
export function PersonFields() {
  const t = useWords();
  return (
    <>
      <NameField />
      <Form.Item name="displayName" label={t('person.displayName')} rules={[{ required: true, message: t('form.required') }]}>
        <Input autoComplete="name" maxLength={64} />
      </Form.Item>
      <NewPasswordFields label={t('person.password')} />
    </>
  );
}
