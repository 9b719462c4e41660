import { Form, Input, Select } from 'antd';
import { useState } from 'react';
import { useConsole } from '../../console.tsx';
import { epochFromField, fieldFromEpoch } from '../../format/field-time.ts';
import { useWords } from '../../words/words.tsx';

interface TextProps {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly change: (value: string) => void;
  readonly max: number;
  readonly rows?: number;
  readonly hint?: string;
}

/** One line, or several with `rows`. */
export function TextField({ id, label, value, change, max, rows, hint }: TextProps) {
  return (
    <Form.Item label={label} htmlFor={id} extra={hint}>
      {rows === undefined ? (
        <Input id={id} maxLength={max} value={value} autoComplete="off" onChange={(event) => change(event.target.value)} />
      ) : (
        <Input.TextArea id={id} rows={rows} maxLength={max} value={value} onChange={(event) => change(event.target.value)} />
      )}
    </Form.Item>
  );
}

interface ChoiceProps<T extends string | number> {
  readonly id: string;
  readonly label: string;
  readonly value: T | undefined;
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly change: (value: T) => void;
}

export function ChoiceField<T extends string | number>({ id, label, value, options, change }: ChoiceProps<T>) {
  return (
    <Form.Item label={label} htmlFor={id}>
      <Select
        id={id}
        showSearch={{ optionFilterProp: 'label' }}
        value={value ?? null}
        options={options.map((option) => ({ ...option }))}
        onChange={(chosen: T | null) => chosen !== null && change(chosen)}
      />
    </Form.Item>
  );
}

interface TimeProps {
  readonly id: string;
  readonly label: string;
  readonly value: number | undefined;
  /** Undefined while what stands there is no time. */
  readonly change: (at: number | undefined) => void;
}

/** A date, a time or both, Shanghai civil time. */
export function TimeField({ id, label, value, change }: TimeProps) {
  const t = useWords();
  const { now } = useConsole();
  const [text, setText] = useState(value === undefined ? '' : fieldFromEpoch(value));
  const isWrong = text.trim() !== '' && epochFromField(text, now()) === undefined;
  return (
    <Form.Item label={label} htmlFor={id} extra={t('filter.timeForm')} {...(isWrong ? { validateStatus: 'error' as const } : {})}>
      <Input
        id={id}
        maxLength={16}
        value={text}
        autoComplete="off"
        onChange={(event) => {
          setText(event.target.value);
          change(epochFromField(event.target.value, now()));
        }}
      />
    </Form.Item>
  );
}
