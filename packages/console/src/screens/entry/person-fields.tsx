import { Form, Input } from 'antd';
import { useWords } from '../../words/words.tsx';

export interface PersonForm {
  readonly name: string;
  readonly displayName: string;
  readonly password: string;
}

/** The contract's rule for a sign-in name; the collector checks it again. */
const namePattern = /^[a-z][a-z0-9._-]{1,31}$/;
const passwordChars = { min: 12, max: 256 } as const;

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
      <Form.Item
        name="password"
        label={t('person.password')}
        extra={t('person.passwordRule')}
        rules={[required, { min: passwordChars.min, message: t('person.passwordRule') }]}
      >
        <Input.Password autoComplete="new-password" maxLength={passwordChars.max} />
      </Form.Item>
      <Form.Item
        name="again"
        label={t('person.passwordAgain')}
        dependencies={['password']}
        rules={[
          required,
          ({ getFieldValue }) => ({
            validator: (_, value) =>
              value === getFieldValue('password') ? Promise.resolve() : Promise.reject(new Error(t('person.passwordDiffers'))),
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" maxLength={passwordChars.max} />
      </Form.Item>
    </>
  );
}
