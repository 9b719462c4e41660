import { type Result, err, ok } from '@cardwatch/kernel';
import { decodeReferences } from './xml-reference.core.ts';
import { type XmlFailure, type XmlNode, xmlLimits } from './xml.core.ts';

interface OpenNode {
  readonly name: string;
  readonly namespace: string;
  readonly attributes: ReadonlyMap<string, string>;
  text: string;
  readonly children: XmlNode[];
  readonly qualified: string;
  readonly scope: ReadonlyMap<string, string>;
}

interface Bounds {
  readonly depthMax: number;
  readonly nodesMax: number;
}

const noNamespaces: ReadonlyMap<string, string> = new Map([['xml', 'http://www.w3.org/XML/1998/namespace']]);
const declaration = /<\?xml\s+version\s*=\s*(?:"1\.[0-9]"|'1\.[0-9]')(?:\s+[a-z]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*\?>/y;
const qualifiedName = /[\p{L}_][\p{L}\p{N}\p{M}_.-]*(?::[\p{L}_][\p{L}\p{N}\p{M}_.-]*)?/uy;
const attributeHead = /\s+([\p{L}_][\p{L}\p{N}\p{M}_.:-]*)\s*=\s*(["'])/uy;
const space = /\s*/y;
// XML 1.0 section 2.2: what may not stand in a document at all.
// oxlint-disable-next-line no-control-regex
const noCharacter = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

/** One pass over one document; see `parseXml`. */
export class XmlScanner {
  readonly #text: string;
  readonly #bounds: Bounds;
  readonly #open: OpenNode[] = [];
  #root: XmlNode | undefined;
  #at = 0;
  #nodes = 0;

  constructor(text: string, bounds: Bounds) {
    this.#text = text.startsWith('\ufeff') ? text.slice(1) : text;
    this.#bounds = bounds;
  }

  document(): Result<XmlNode, XmlFailure> {
    const wrong = noCharacter.exec(this.#text);
    if (wrong !== null) return err(this.#malformed('a character that XML does not allow', wrong.index));
    const failure = this.#prolog() ?? this.#content();
    if (failure !== undefined) return err(failure);
    if (this.#open.length > 0) return err(this.#malformed(`<${this.#open.at(-1)?.qualified}> is not closed`));
    return this.#root === undefined ? err(this.#malformed('no element')) : ok(this.#root);
  }

  #prolog(): XmlFailure | undefined {
    this.#match(space);
    if (!/^<\?xml\s/.test(this.#text.slice(this.#at, this.#at + 6))) return undefined;
    return this.#match(declaration) === null ? this.#malformed('the XML declaration') : undefined;
  }

  #content(): XmlFailure | undefined {
    while (this.#at < this.#text.length) {
      const failure = this.#text[this.#at] === '<' ? this.#markup() : this.#characters();
      if (failure !== undefined) return failure;
    }
    return undefined;
  }

  #markup(): XmlFailure | undefined {
    const text = this.#text;
    if (text.startsWith('<!--', this.#at)) return this.#skip('<!--', '-->');
    if (text.startsWith('<![CDATA[', this.#at)) return this.#cdata();
    if (text.startsWith('<!', this.#at)) return { kind: 'doctype', at: this.#at };
    if (text.startsWith('<?', this.#at)) return this.#instruction();
    return text.startsWith('</', this.#at) ? this.#endTag() : this.#startTag();
  }

  #skip(from: string, to: string): XmlFailure | undefined {
    const end = this.#text.indexOf(to, this.#at + from.length);
    if (end < 0) return this.#malformed(`${from} without ${to}`);
    this.#at = end + to.length;
    return undefined;
  }

  #instruction(): XmlFailure | undefined {
    return /^<\?xml\s/i.test(this.#text.slice(this.#at, this.#at + 6))
      ? this.#malformed('a second XML declaration')
      : this.#skip('<?', '?>');
  }

  #cdata(): XmlFailure | undefined {
    const from = this.#at + '<![CDATA['.length;
    const failure = this.#skip('<![CDATA[', ']]>');
    const node = this.#open.at(-1);
    if (failure !== undefined) return failure;
    if (node === undefined) return this.#malformed('character data outside of the root');
    node.text += this.#text.slice(from, this.#at - ']]>'.length);
    return undefined;
  }

  #characters(): XmlFailure | undefined {
    const next = this.#text.indexOf('<', this.#at);
    const end = next < 0 ? this.#text.length : next;
    const piece = this.#text.slice(this.#at, end);
    const node = this.#open.at(-1);
    if (node === undefined && piece.trim() !== '') return this.#malformed('character data outside of the root');
    const decoded = decodeReferences(piece);
    if (decoded === undefined) return this.#malformed('a reference that XML does not know');
    if (node !== undefined) node.text += decoded;
    this.#at = end;
    return undefined;
  }

  #startTag(): XmlFailure | undefined {
    const from = this.#at;
    if (this.#root !== undefined && this.#open.length === 0) return this.#malformed('a second root');
    if (this.#open.length >= this.#bounds.depthMax) return { kind: 'tooDeep', limit: this.#bounds.depthMax, at: from };
    if (++this.#nodes > this.#bounds.nodesMax) return { kind: 'tooMany', limit: this.#bounds.nodesMax, at: from };
    this.#at++;
    const name = this.#match(qualifiedName)?.[0];
    if (name === undefined) return this.#malformed('a tag without a name');
    const attributes = this.#attributes();
    if (!(attributes instanceof Map)) return attributes as XmlFailure;
    this.#match(space);
    const empty = this.#text.startsWith('/>', this.#at);
    if (!empty && this.#text[this.#at] !== '>') return this.#malformed(`<${name}> is cut or damaged`);
    this.#at += empty ? 2 : 1;
    return this.#opened(name, attributes as Map<string, string>, empty);
  }

  #attributes(): Map<string, string> | XmlFailure {
    const found = new Map<string, string>();
    for (;;) {
      const head = this.#match(attributeHead);
      if (head === null) return found;
      const [, name = '', quote = '"'] = head;
      const end = this.#text.indexOf(quote, this.#at);
      if (end < 0) return this.#malformed(`attribute ${name} is not closed`);
      const piece = this.#text.slice(this.#at, end);
      const value = piece.includes('<') ? undefined : decodeReferences(piece);
      if (value === undefined) return this.#malformed(`value of attribute ${name}`);
      if (found.has(name)) return this.#malformed(`attribute ${name} twice`);
      if (found.size >= xmlLimits.attributes) return { kind: 'tooMany', limit: xmlLimits.attributes, at: this.#at };
      found.set(name, value);
      this.#at = end + 1;
    }
  }

  #opened(qualified: string, given: ReadonlyMap<string, string>, empty: boolean): XmlFailure | undefined {
    const scope = scopeOf(given, this.#open.at(-1)?.scope ?? noNamespaces);
    const attributes = new Map<string, string>();
    for (const [name, value] of given) if (!/^xmlns(:|$)/.test(name)) attributes.set(localOf(name), value);
    const prefix = qualified.includes(':') ? qualified.slice(0, qualified.indexOf(':')) : '';
    const namespace = scope.get(prefix) ?? '';
    this.#open.push({ name: localOf(qualified), namespace, attributes, text: '', children: [], qualified, scope });
    return empty ? this.#closed() : undefined;
  }

  #endTag(): XmlFailure | undefined {
    const end = this.#text.indexOf('>', this.#at);
    const name = this.#text.slice(this.#at + 2, Math.max(end, 0)).trimEnd();
    const node = this.#open.at(-1);
    if (end < 0) return this.#malformed('an end tag that is cut');
    if (node?.qualified !== name) return this.#malformed('an end tag that fits no start tag');
    this.#at = end + 1;
    return this.#closed();
  }

  #closed(): undefined {
    const node = this.#open.pop();
    if (node === undefined) return undefined;
    const { name, namespace, attributes, text, children } = node;
    const parent = this.#open.at(-1);
    const done: XmlNode = { name, namespace, attributes, text, children };
    if (parent === undefined) this.#root = done;
    else parent.children.push(done);
    return undefined;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match !== null) this.#at += match[0].length;
    return match;
  }

  #malformed(detail: string, at: number = this.#at): XmlFailure {
    return { kind: 'malformed', detail: detail.slice(0, 120), at };
  }
}

const localOf = (name: string): string => name.slice(name.indexOf(':') + 1);

function scopeOf(given: ReadonlyMap<string, string>, outer: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const own = [...given].filter(([name]) => /^xmlns(:|$)/.test(name));
  if (own.length === 0) return outer;
  return new Map([...outer, ...own.map(([name, value]) => [name === 'xmlns' ? '' : localOf(name), value] as const)]);
}
