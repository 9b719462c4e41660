/** What a form needs to know of a rule's parameters, read from the rule's own schema: nothing is written twice. */
import type { RuleParamDto } from '@cardwatch/contracts/api';
import { z } from 'zod';
import type { AnyRule } from '../../core/rules/rule.core.ts';

interface Shape {
  readonly type?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly const?: string | number;
  readonly enum?: readonly (string | number)[];
  readonly anyOf?: readonly Shape[];
  readonly items?: Shape;
  readonly properties?: Readonly<Record<string, Shape>>;
}

/** In the order of the schema; what is nested one level down has its path with a dot. */
export const paramsOf = (rule: Pick<AnyRule, 'params' | 'defaults'>): readonly RuleParamDto[] =>
  fieldsOf(shapeOf(z.toJSONSchema(rule.params, { io: 'input', unrepresentable: 'any' })), rule.defaults, '');

/** A JSON schema has these members where it has them at all; what else it has is not looked at. */
const shapeOf = (schema: object): Shape => schema as Shape;

function fieldsOf(shape: Shape, defaults: unknown, above: string): readonly RuleParamDto[] {
  const values = new Map<string, unknown>(Object.entries(defaults ?? {}));
  return Object.entries(shape.properties ?? {}).flatMap(([name, field]) => {
    const path = above === '' ? name : `${above}.${name}`;
    if (field.properties !== undefined) return fieldsOf(field, values.get(name), path);
    return [{ path, ...kindOf(field), unit: unitOf(path), default: values.get(name) ?? null }];
  });
}

function kindOf(field: Shape): Pick<RuleParamDto, 'kind' | 'from' | 'to' | 'choices'> {
  const none = { from: null, to: null, choices: [] };
  const choices = [...(field.enum ?? field.anyOf?.flatMap((one) => (one.const === undefined ? [] : [one.const])) ?? [])];
  if (choices.length > 0) return { ...none, kind: 'choice', choices };
  if (field.type === 'boolean') return { ...none, kind: 'yesNo' };
  if (field.type === 'string') return { ...none, kind: 'text' };
  if (field.type === 'integer' || field.type === 'number')
    return {
      ...none,
      kind: field.type === 'integer' ? 'whole' : 'number',
      from: field.minimum ?? null,
      to: field.maximum ?? null,
    };
  return { ...none, kind: field.type === 'array' && field.items?.type === 'string' ? 'list' : 'json' };
}

type Unit = NonNullable<RuleParamDto['unit']>;

/** Units stand last in a name, before `Min` and `Max`; the longer ones first. */
const units: readonly (readonly [RegExp, Unit])[] = [
  [/litresPerMinute$/i, 'L/min'],
  [/metresPerSecond$/i, 'm/s'],
  [/level$/i, 'level'],
  [/fen(Min|Max)?$|Fen\./i, 'fen'],
  [/(pct|percent)(Min|Max)?$/i, '%'],
  [/share(Min|Max)?$/i, 'share'],
  [/seconds(Min|Max)?$/i, 's'],
  [/minutes(Min|Max)?$/i, 'min'],
  [/hours(Min|Max)?$/i, 'h'],
  [/mebibytes$/i, 'MiB'],
  [/metres$/i, 'm'],
  [/records(Min|Max)?$/i, 'records'],
  [/(devices|terminals|stations)(Min|Max)?$/i, 'devices'],
  [/^z(Max|Clear)$/, 'z'],
];

const unitOf = (path: string): Unit | null => units.find(([ending]) => ending.test(path))?.[1] ?? null;
