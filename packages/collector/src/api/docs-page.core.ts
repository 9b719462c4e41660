/** A page that reads an OpenAPI document to a person: verbs by noun, what each takes and gives, schemas that unfold. */
type Json = Readonly<Record<string, unknown>>;

const object = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const escape = (text: unknown): string =>
  String(text ?? '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

const style = `
:root { color-scheme: light dark; }
body { font: 14px/22px system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; margin: 0 auto; max-width: 960px; padding: 24px 16px; }
h1 { font-size: 20px; } h2 { font-size: 16px; margin: 32px 0 4px; border-bottom: 1px solid #8884; }
details { border-bottom: 1px solid #8883; padding: 6px 0; } summary { cursor: pointer; }
code, pre { font: 12px/18px ui-monospace, monospace; } pre { overflow: auto; background: #8881; padding: 8px; }
.method { display: inline-block; width: 64px; font-weight: 600; } .scope { float: right; opacity: .7; font-size: 12px; }
table { border-collapse: collapse; } td, th { text-align: left; padding: 2px 12px 2px 0; vertical-align: top; }`;

export function docsPage(document: Json): string {
  const info = object(document['info']);
  const paths = Object.entries(object(document['paths']));
  const rows = paths.flatMap(([path, item]) =>
    Object.entries(object(item)).map(([method, verb]) => ({ path, method, verb: object(verb) })),
  );
  const tags = [...new Set(rows.map(({ verb }) => String(list(verb['tags'])[0])))];
  const sections = tags.map((tag) =>
    section(
      tag,
      rows.filter(({ verb }) => list(verb['tags'])[0] === tag),
    ),
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escape(info['title'])} API</title><style>${style}</style>
<h1>${escape(info['title'])} API ${escape(info['version'])}</h1><p>${escape(info['description'])}</p>
<p><a href="/api/v1/openapi.json">openapi.json</a></p>${sections.join('')}<h2>schemas</h2>${schemas(document)}</html>`;
}

interface Verb {
  readonly path: string;
  readonly method: string;
  readonly verb: Json;
}

const section = (tag: string, verbs: readonly Verb[]): string => `<h2>${escape(tag)}</h2>${verbs.map(entry).join('')}`;

function entry({ path, method, verb }: Verb): string {
  const scope = verb['x-cardwatch-scope'] ?? (list(verb['security']).length === 0 ? 'open' : 'session');
  const body = object(Object.values(object(object(verb['requestBody'])['content']))[0])['schema'];
  const reply = Object.values(object(object(object(verb['responses'])['200'])['content']))[0];
  return `<details id="${escape(verb['operationId'])}"><summary><span class="method">${escape(method.toUpperCase())}</span>
<code>/api/v1${escape(path)}</code> ${escape(verb['summary'])}<span class="scope">${escape(scope)}</span></summary>
${parameters(list(verb['parameters']))}${block('body', body)}${block('200', object(reply)['schema'])}</details>`;
}

function parameters(given: readonly unknown[]): string {
  if (given.length === 0) return '';
  const rows = given.map(object).map((one) => {
    const need = one['required'] === true ? 'required' : '';
    return `<tr><td><code>${escape(one['name'])}</code><td>${escape(one['in'])}<td>${need}<td><code>${linked(one['schema'])}</code>`;
  });
  return `<table>${rows.join('')}</table>`;
}

const block = (title: string, schema: unknown): string =>
  schema === undefined ? '' : `<p>${escape(title)}</p><pre>${linked(schema, 2)}</pre>`;

/** JSON with its references as links to the schemas below. */
const linked = (schema: unknown, indent = 0): string =>
  escape(JSON.stringify(schema, null, indent)).replace(/#\/components\/schemas\/(\w+)/g, '<a href="#schema-$1">$1</a>');

const schemas = (document: Json): string =>
  Object.entries(object(object(document['components'])['schemas']))
    .map(
      ([name, schema]) =>
        `<details id="schema-${escape(name)}"><summary>${escape(name)}</summary><pre>${linked(schema, 2)}</pre></details>`,
    )
    .join('');
