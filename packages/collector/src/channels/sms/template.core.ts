/** The template of an SMS gateway: what may stand in it, and how it is filled. */

export type BodyType = 'json' | 'form' | 'text';

export interface SmsTemplate {
  readonly url: string;
  readonly method: 'POST' | 'PUT' | 'GET';
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyType: BodyType;
  readonly body: string;
  readonly secrets: Readonly<Record<string, string>>;
  readonly success: {
    readonly codePath?: string | undefined;
    readonly codes: readonly string[];
    readonly pattern?: string | undefined;
  };
}

export interface TemplateProblem {
  readonly path: readonly string[];
  readonly what:
    | 'unknownField'
    | 'missingField'
    | 'unusedSecret'
    | 'badJson'
    | 'badPattern'
    | 'noCondition'
    | 'textInHeader'
    | 'bodyWithGet';
  readonly values: Readonly<Record<string, string>>;
}

const fields = ['phone', 'text', 'id'] as const;
const place = /\{([A-Za-z][A-Za-z0-9._-]*)\}/g;

const fieldsOf = (template: string): readonly string[] => [...template.matchAll(place)].map((match) => match[1] ?? '');

/** The first thing that is wrong; null when the template can be used. */
export function templateProblem(template: SmsTemplate): TemplateProblem | null {
  return unknownField(template) ?? misplaced(template) ?? missing(template) ?? badBody(template) ?? badCondition(template);
}

function partsOf({
  url,
  method,
  headers,
  body,
}: SmsTemplate): readonly { readonly path: readonly string[]; readonly text: string }[] {
  return [
    { path: ['url'], text: url },
    ...Object.entries(headers).map(([name, text]) => ({ path: ['headers', name], text })),
    ...(method === 'GET' ? [] : [{ path: ['body'], text: body }]),
  ];
}

function unknownField(template: SmsTemplate): TemplateProblem | null {
  const known = [...fields, ...Object.keys(template.secrets).map((name) => `secret.${name}`)];
  for (const { path, text } of partsOf(template)) {
    const field = fieldsOf(text).find((each) => !known.includes(each));
    if (field !== undefined)
      return { path, what: 'unknownField', values: { field: `{${field}}`, known: known.map((each) => `{${each}}`).join(', ') } };
  }
  return null;
}

/** No body with GET; no words of a message in a header; that none stands in a host is for the pattern of `url`. */
function misplaced(template: SmsTemplate): TemplateProblem | null {
  if (template.method === 'GET' && template.body !== '') return { path: ['body'], what: 'bodyWithGet', values: {} };
  const header = Object.entries(template.headers).find(([, text]) => fieldsOf(text).includes('text'));
  return header === undefined ? null : { path: ['headers', header[0]], what: 'textInHeader', values: {} };
}

function missing(template: SmsTemplate): TemplateProblem | null {
  const used = partsOf(template).flatMap(({ text }) => fieldsOf(text));
  for (const field of ['phone', 'text']) {
    if (!used.includes(field))
      return { path: [template.method === 'GET' ? 'url' : 'body'], what: 'missingField', values: { field: `{${field}}` } };
  }
  const secret = Object.keys(template.secrets).find((name) => !used.includes(`secret.${name}`));
  return secret === undefined
    ? null
    : { path: ['secrets', secret], what: 'unusedSecret', values: { field: `{secret.${secret}}` } };
}

function badBody({ method, bodyType, body, secrets }: SmsTemplate): TemplateProblem | null {
  if (method === 'GET' || bodyType !== 'json') return null;
  const secret = Object.fromEntries(Object.keys(secrets).map((name) => [`secret.${name}`, 's"']));
  const sample = { phone: '13800138000', text: 't"', id: 'i"', ...secret };
  try {
    JSON.parse(fill(body, sample, 'json'));
    return null;
  } catch {
    return { path: ['body'], what: 'badJson', values: {} };
  }
}

function badCondition({ success }: SmsTemplate): TemplateProblem | null {
  const byCode = success.codePath !== undefined && success.codes.length > 0;
  if (!byCode && success.pattern === undefined) return { path: ['success'], what: 'noCondition', values: {} };
  if (success.pattern === undefined) return null;
  try {
    new RegExp(success.pattern, 'u');
    return null;
  } catch {
    return { path: ['success', 'pattern'], what: 'badPattern', values: {} };
  }
}

export type Values = Readonly<Record<string, string>>;

const escapes: Readonly<Record<BodyType | 'url' | 'header', (value: string) => string>> = {
  json: (value) => JSON.stringify(value).slice(1, -1),
  form: (value) => encodeURIComponent(value),
  url: (value) => encodeURIComponent(value),
  text: (value) => value,
  header: (value) => value.replace(/[^\x20-\x7e]/g, ''),
};

/** A field that has no value stays empty: `templateProblem` lets none through. */
export const fill = (template: string, values: Values, as: BodyType | 'url' | 'header'): string =>
  template.replace(place, (_whole, field: string) => escapes[as](values[field] ?? ''));

/** What stands at `data.0.code` of a JSON value, as text; null where nothing does. */
export function textAt(value: unknown, path: string): string | null {
  const found = path
    .split('.')
    .reduce<unknown>(
      (inner, part) =>
        typeof inner === 'object' && inner !== null && Object.hasOwn(inner, part)
          ? (inner as Readonly<Record<string, unknown>>)[part]
          : undefined,
      value,
    );
  return typeof found === 'string' || typeof found === 'number' || typeof found === 'boolean' ? String(found) : null;
}
