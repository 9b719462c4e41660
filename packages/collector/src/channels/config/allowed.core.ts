/** What may stand at a place of `watch.yaml`, read from the JSON schema of its zod schema. */
import { type Allowed, allowedNames, type PathPart } from './problem.ts';

/** As much of JSON schema as zod writes for this file, with the `meta` of its fields. */
export interface SchemaNode {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly propertyNames?: SchemaNode;
  readonly items?: SchemaNode;
  readonly allowed?: string;
  readonly secret?: boolean;
  readonly description?: string;
  readonly default?: unknown;
  readonly required?: readonly string[];
}

export const schemaAt = (root: SchemaNode, path: readonly PathPart[]): SchemaNode | undefined =>
  path.reduce<SchemaNode | undefined>((node, part) => (node === undefined ? undefined : childOf(node, part)), root);

function childOf(node: SchemaNode, part: PathPart): SchemaNode | undefined {
  if (typeof part === 'number') return node.items;
  const { properties = {}, additionalProperties } = node;
  if (Object.hasOwn(properties, part)) return properties[part];
  return typeof additionalProperties === 'object' ? additionalProperties : undefined;
}

/** Whether something on the way to the place may hold a secret. */
export const isSecret = (root: SchemaNode, path: readonly PathPart[]): boolean =>
  path.some((_part, index) => schemaAt(root, path.slice(0, index + 1))?.secret === true);

export function allowedBy(node: SchemaNode | undefined): Allowed {
  if (node === undefined) return { kind: 'anything' };
  const name = allowedNames.find((each) => each === node.allowed);
  if (name !== undefined) return { kind: 'named', name };
  const values = node.enum ?? (node.const === undefined ? undefined : [node.const]);
  if (values !== undefined) return { kind: 'oneOf', values: values.map(String) };
  switch (node.type) {
    case 'integer':
      return { kind: 'integer', min: node.minimum, max: node.maximum };
    case 'string':
      return { kind: 'text', max: node.maxLength };
    case 'array':
      return { kind: 'list', max: node.maxItems };
    case 'object':
      return { kind: 'block', keys: Object.keys(node.properties ?? {}) };
    default:
      return { kind: 'anything' };
  }
}

/** Every place of a value whose schema says that a file name of a secret stands there. */
export function secretPlaces(root: SchemaNode, value: unknown, path: readonly PathPart[] = []): readonly (readonly PathPart[])[] {
  if (typeof value === 'string') return schemaAt(root, path)?.allowed === 'secretFile' ? [path] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => secretPlaces(root, inner, [...path, key]));
}
