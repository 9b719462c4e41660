import { Form, Input } from 'antd';
import { useWords } from '../../words/words.tsx';

/** The contract's rule; the collector checks it again. */
const passwordChars = { min: 12, max: 256 } as const;

type Path = readonly string[];

interface NewPasswordProps {
  readonly label: string;
  /** Where in the form the account stands; left out: at its top. */
  readonly of?: Path;
  /** Another password of the form that this one may not repeat. */
  readonly unlike?: { readonly field: Path; readonly message: string };
}

/** A new password, twice; nothing to look at it with, so that the Tab key goes from the one to the other. */
export function NewPasswordFields({ label, of = [], unlike }: NewPasswordProps) {
  const t = useWords();
  const required = { required: true, message: t('form.required') };
  const password = [...of, 'password'];
  return (
    <>
      <Form.Item
        name={password}
        label={label}
        extra={t('person.passwordRule')}
        dependencies={unlike === undefined ? [] : [[...unlike.field]]}
        rules={[
          required,
          { min: passwordChars.min, message: t('person.passwordRule') },
          ({ getFieldValue }) => ({
            validator: (_, value) =>
              unlike === undefined || !value || value !== getFieldValue([...unlike.field]) ? fine() : wrong(unlike.message),
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" maxLength={passwordChars.max} visibilityToggle={false} />
      </Form.Item>
      <Form.Item
        name={[...of, 'again']}
        label={t('person.passwordAgain')}
        dependencies={[password]}
        rules={[
          required,
          ({ getFieldValue }) => ({
            validator: (_, value) => (value === getFieldValue(password) ? fine() : wrong(t('person.passwordDiffers'))),
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" maxLength={passwordChars.max} visibilityToggle={false} />
      </Form.Item>
    </>
  );
}

const fine = (): Promise<void> => Promise.resolve();
const wrong = (message: string): Promise<never> => Promise.reject(new Error(message));
