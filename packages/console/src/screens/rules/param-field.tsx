import type { RuleParamDto } from '@cardwatch/contracts/api';
import { Input, Select, Switch } from 'antd';
import type { ReactNode } from 'react';
import { money } from '../../format/money.ts';
import { measured } from '../../format/size.ts';
import type { Say } from '../../words/say.ts';
import { sayOr } from '../../words/say.ts';
import { useLanguage } from '../../words/words.tsx';

type Value = string | boolean | readonly string[];

interface ParamFieldProps {
  readonly field: RuleParamDto;
  readonly value: Value;
  readonly current: Value;
  readonly isWrong: boolean;
  readonly disabled: boolean;
  readonly change: (value: Value) => void;
}

/** One parameter: name, value with its unit, bounds and default beside it. */
export function ParamField({ field, value, current, isWrong, disabled, change }: ParamFieldProps) {
  const { say: t, language } = useLanguage();
  const id = `param-${field.path}`;
  const isWide = field.kind === 'list' || field.kind === 'json';
  const isChanged = String(value) !== String(current);
  return (
    <>
      <label htmlFor={id} className={isChanged ? 'changed' : undefined} title={field.path}>
        {sayOr(language, `rule.param.${field.path}`, field.path)}
      </label>
      <span className={isWide ? 'rule-value spanning' : 'rule-value'}>
        {inputOf({ field, value, disabled, change }, id, isWrong, t)}
        {field.unit !== null && field.unit !== 'level' && field.unit !== 'z' && (
          <span className="meta">{t(`rule.unit.${field.unit}`)}</span>
        )}
      </span>
      {!isWide && <span className={isWrong ? 'tone-level1' : 'meta'}>{hintOf(field, t)}</span>}
    </>
  );
}

function inputOf(
  { field, value, disabled, change }: Pick<ParamFieldProps, 'field' | 'value' | 'disabled' | 'change'>,
  id: string,
  isWrong: boolean,
  t: Say,
): ReactNode {
  if (field.kind === 'yesNo')
    return <Switch id={id} size="small" checked={value === true} disabled={disabled} onChange={change} />;
  if (field.kind === 'choice')
    return (
      <Select
        id={id}
        size="small"
        className="rule-input"
        disabled={disabled}
        value={String(value)}
        options={field.choices.map((choice) => ({
          value: String(choice),
          label: field.unit === 'level' ? levelWord(Number(choice), t) : String(choice),
        }))}
        onChange={change}
      />
    );
  if (field.kind === 'list')
    return (
      <Select
        id={id}
        size="small"
        mode="tags"
        className="rule-wide"
        disabled={disabled}
        value={Array.isArray(value) ? value.map(String) : []}
        open={false}
        suffixIcon={null}
        onChange={(next: readonly string[]) => change(next)}
      />
    );
  const status = isWrong ? { status: 'error' as const } : {};
  if (field.kind === 'json')
    return (
      <Input.TextArea
        id={id}
        size="small"
        className="rule-wide"
        autoSize={{ minRows: 1, maxRows: 6 }}
        {...status}
        disabled={disabled}
        value={String(value)}
        onChange={(event) => change(event.target.value)}
      />
    );
  return (
    <Input
      id={id}
      size="small"
      className="rule-input number"
      {...status}
      maxLength={20}
      disabled={disabled}
      value={String(value)}
      onChange={(event) => change(event.target.value)}
    />
  );
}

export const levelWord = (level: number, t: Say): string =>
  level === 1 || level === 2 || level === 3 ? t(`rule.level.${level}`) : String(level);

function hintOf(field: RuleParamDto, t: Say): string {
  const text = (value: number): string => (field.unit === 'fen' ? money(value) : measured(value));
  const { from, to } = field;
  const bounds = from === null || to === null ? '' : t('rule.bounds', { from: text(from), to: text(to) });
  const otherwise =
    field.kind === 'list' || field.kind === 'json' || field.kind === 'yesNo'
      ? ''
      : t('rule.defaultIs', { value: defaultText(field, t) });
  return [otherwise, bounds].filter((part) => part !== '').join(' · ');
}

function defaultText({ default: value, unit }: RuleParamDto, t: Say): string {
  if (typeof value !== 'number') return String(value);
  if (unit === 'level') return levelWord(value, t);
  return unit === 'fen' ? money(value) : measured(value);
}
