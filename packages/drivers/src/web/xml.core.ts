/**
 * XML as devices send it: small, namespace prefixes of their own liking, sometimes hostile. A document is taken whole or not at all: cut, unbalanced or
 * over-deep input is refused, never answered with a part. A DOCTYPE is refused wherever it stands, so there are no entities but the five built in and
 * numeric references. Values stay text. Pure and iterative: depth costs no stack, time is linear in the length.
 */
import { type Result, err } from '@cardwatch/kernel';
import { XmlScanner } from './xml-scanner.core.ts';

export const xmlLimits = { characters: 512 * 1024, depth: 64, nodes: 50_000, attributes: 64 } as const;

export interface XmlNode {
  /** Local name, without its prefix. */
  readonly name: string;
  /** What the prefix stands for; empty without one. */
  readonly namespace: string;
  /** By local name; declarations of namespaces are not among them. */
  readonly attributes: ReadonlyMap<string, string>;
  /** All character data directly in it, as it stands, entities decoded. */
  readonly text: string;
  readonly children: readonly XmlNode[];
}

export type XmlFailure =
  | { readonly kind: 'tooLarge'; readonly characters: number; readonly limit: number }
  | { readonly kind: 'tooDeep'; readonly limit: number; readonly at: number }
  | { readonly kind: 'tooMany'; readonly limit: number; readonly at: number }
  | { readonly kind: 'doctype'; readonly at: number }
  | { readonly kind: 'malformed'; readonly detail: string; readonly at: number };

/** Limits may be narrowed or widened per call. */
export interface XmlOptions {
  readonly charactersMax?: number;
  readonly depthMax?: number;
  readonly nodesMax?: number;
}

/** The root element (XML 1.0, no DTD, Namespaces 1.0). Fails with why and where, in characters from the start. */
export function parseXml(text: string, options: XmlOptions = {}): Result<XmlNode, XmlFailure> {
  const limit = options.charactersMax ?? xmlLimits.characters;
  if (text.length > limit) return err({ kind: 'tooLarge', characters: text.length, limit });
  const doctype = /<!doctype/i.exec(text);
  if (doctype !== null) return err({ kind: 'doctype', at: doctype.index });
  return new XmlScanner(text, {
    depthMax: options.depthMax ?? xmlLimits.depth,
    nodesMax: options.nodesMax ?? xmlLimits.nodes,
  }).document();
}

/** One line for a person. */
export function describeXmlFailure(failure: XmlFailure): string {
  switch (failure.kind) {
    case 'tooLarge':
      return `XML of ${failure.characters} characters, at most ${failure.limit}`;
    case 'tooDeep':
      return `XML nested deeper than ${failure.limit} at ${failure.at}`;
    case 'tooMany':
      return `XML of more than ${failure.limit} elements at ${failure.at}`;
    case 'doctype':
      return `XML with a DOCTYPE at ${failure.at}`;
    case 'malformed':
      return `no well-formed XML: ${failure.detail} at ${failure.at}`;
  }
}

/** First child of a name. */
export const childOf = (node: XmlNode | undefined, name: string): XmlNode | undefined =>
  node?.children.find((child) => child.name === name);

/** All children of a name. */
export const childrenOf = (node: XmlNode | undefined, name: string): readonly XmlNode[] =>
  node?.children.filter((child) => child.name === name) ?? [];

/** Follows first children by name. */
export const nodeAt = (node: XmlNode | undefined, ...path: readonly string[]): XmlNode | undefined =>
  path.reduce<XmlNode | undefined>((at, name) => childOf(at, name), node);

/** Trimmed text of what stands at a path; undefined when nothing stands there or it is empty. */
export function textAt(node: XmlNode | undefined, ...path: readonly string[]): string | undefined {
  const text = nodeAt(node, ...path)?.text.trim();
  return text === '' ? undefined : text;
}

/** Every element of a name below a node, in document order. */
export function descendantsOf(node: XmlNode | undefined, name: string): readonly XmlNode[] {
  const found: XmlNode[] = [];
  const left: XmlNode[] = node === undefined ? [] : [...node.children].reverse();
  for (let at = left.pop(); at !== undefined; at = left.pop()) {
    if (at.name === name) found.push(at);
    for (let i = at.children.length - 1; i >= 0; i--) left.push(at.children[i] as XmlNode);
  }
  return found;
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

/** Text as it may stand in an element or an attribute. */
export const escapeXml = (text: string): string => text.replace(/[&<>"']/g, (sign) => escapes[sign] ?? sign);
