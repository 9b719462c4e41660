/** What may stand at a place of the YAML, read from the JSON schema of the file. */
import type { PathPart } from './problem.ts';

export type Allowed =
  | { readonly kind: 'integer' | 'number'; readonly min: number | undefined; readonly max: number | undefined }
  | { readonly kind: 'oneOf'; readonly values: readonly string[] }
  | {
      readonly kind: 'text';
      readonly min: number | undefined;
      readonly max: number | undefined;
      readonly pattern: string | undefined;
    }
  | { readonly kind: 'list'; readonly min: number | undefined; readonly max: number | undefined }
  | { readonly kind: 'mapping'; readonly keys: readonly string[] }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'anything' };

/** As much of JSON schema as zod writes for our files. */
export interface SchemaNode {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly default?: unknown;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
}

/** The schema of a place; of alternatives told apart by a constant (`kind`) the one that the value chooses. */
export function schemaAt(root: SchemaNode, path: readonly PathPart[], value: unknown): SchemaNode | undefined {
  let node: SchemaNode | undefined = root;
  let at = value;
  for (const part of path) {
    if (node === undefined) return undefined;
    node = typeof part === 'number' ? chosen(node, at)?.items : propertyOf(node, at, part);
    at = typeof at === 'object' && at !== null ? (at as Readonly<Record<string, unknown>>)[String(part)] : undefined;
  }
  return node === undefined ? undefined : chosen(node, at);
}

function propertyOf(node: SchemaNode, value: unknown, key: string): SchemaNode | undefined {
  const own = chosen(node, value)?.properties?.[key];
  if (own !== undefined || node.oneOf === undefined) return own;
  // No alternative is chosen yet: the values that choose one are what is allowed.
  const values = node.oneOf.flatMap(({ properties }) => (properties?.[key]?.const === undefined ? [] : [properties[key].const]));
  return values.length === 0 ? undefined : { enum: values };
}

function chosen(node: SchemaNode, value: unknown): SchemaNode | undefined {
  if (node.oneOf === undefined) return node;
  return node.oneOf.find(({ properties = {} }) =>
    Object.entries(properties).every(([key, { const: fixed }]) => fixed === undefined || fixed === fieldOf(value, key)),
  );
}

/** Stands for any IP address: the patterns of v4 and v6 are no text for a person. */
export const ipPattern = 'ip';

const isIp = ({ format }: SchemaNode): boolean => format === 'ipv4' || format === 'ipv6';

const fieldOf = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[key] : undefined;

export function allowedBy(node: SchemaNode | undefined): Allowed {
  if (node === undefined) return { kind: 'anything' };
  const values = node.enum ?? (node.const === undefined ? node.anyOf?.map(({ const: fixed }) => fixed) : [node.const]);
  if (values?.every((value) => value !== undefined) === true) return { kind: 'oneOf', values: values.map(String) };
  if (isIp(node) || node.anyOf?.every(isIp) === true) return { kind: 'text', min: undefined, max: undefined, pattern: ipPattern };
  switch (node.type) {
    case 'integer':
    case 'number':
      return { kind: node.type, min: node.minimum ?? node.exclusiveMinimum, max: node.maximum };
    case 'string':
      return { kind: 'text', min: node.minLength, max: node.maxLength, pattern: node.pattern };
    case 'array':
      return { kind: 'list', min: node.minItems, max: node.maxItems };
    case 'boolean':
      return { kind: 'boolean' };
    case 'object':
      return { kind: 'mapping', keys: Object.keys(node.properties ?? {}) };
    default:
      return { kind: 'anything' };
  }
}
