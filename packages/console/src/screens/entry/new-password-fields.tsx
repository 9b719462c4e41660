import { Form, Input } from 'antd';
import { useWords } from '../../words/words.tsx';

/** The contract's rule; the collector checks it again. */
const passwordChars = { min: 12, max: 256 } as const;

/** A new password, twice. */
export function NewPasswordFields({ label }: { readonly label: string }) {
  const t = useWords();
  const required = { required: true, message: t('form.required') };
  return (
    <>
      <Form.Item
        name="password"
        label={label}
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
