/** The requests that are made of a terminal, all of them reading. A door command does not exist here. */
import { type Result, err, ok } from '@cardwatch/kernel';
import type { DriverFailure, DriverIo, HttpReply, HttpStream } from '../contract.ts';
import { type Fields, fieldsOfJson } from './fields.core.ts';
import type { DigestClient } from '../web/digest-client.ts';
import { decodeText, parseXmlBytes } from '../web/xml-bytes.core.ts';
import type { XmlNode } from '../web/xml.core.ts';

export const webTerminalLimits = { replyBytes: 512 * 1024, pageBytes: 2 * 1024 * 1024 } as const;

export interface WebTerminalParts {
  readonly client: DigestClient;
  readonly origin: string;
  readonly deadlineMs: number;
  readonly caPem: string | undefined;
  readonly io: DriverIo;
  /** Gives up whatever is under way: the session closes. */
  readonly closing: AbortSignal;
}

export class WebTerminal {
  readonly #parts: WebTerminalParts;
  /** Round trip of the last reply, ms. */
  rttMs = 0;

  constructor(parts: WebTerminalParts) {
    this.#parts = parts;
  }

  async xml(path: string): Promise<Result<XmlNode, DriverFailure>> {
    const reply = await this.#ask('GET', path);
    if (!reply.ok) return reply;
    const parsed = parseXmlBytes(reply.value.body);
    return parsed.ok ? ok(parsed.value.root) : err(malformed(`${path}: ${parsed.error.kind}`));
  }

  /** Plain text, as the `key=value` replies of CGI. */
  async text(path: string, deadlineMs?: number): Promise<Result<string, DriverFailure>> {
    const reply = await this.#ask('GET', path, undefined, deadlineMs);
    if (!reply.ok) return reply;
    const text = decodeText(reply.value.body)?.text;
    return text === undefined || /^\s*</.test(text) ? err(malformed(`${path.split('?', 1)[0]}: no text`)) : ok(text);
  }

  async json(method: 'GET' | 'POST', path: string, body?: Fields, deadlineMs?: number): Promise<Result<Fields, DriverFailure>> {
    const reply = await this.#ask(method, path, body, deadlineMs);
    if (!reply.ok) return reply;
    const text = decodeText(reply.value.body)?.text;
    const fields = text === undefined ? undefined : fieldsOfJson(text);
    return fields === undefined ? err(malformed(`${path}: no JSON object`)) : ok(fields);
  }

  /** `silentAfterMs` without a byte closes it; the caller counts whole parts, and sooner. */
  async stream(path: string, silentAfterMs: number): Promise<Result<HttpStream, DriverFailure>> {
    const { client, deadlineMs } = this.#parts;
    this.#trace('sent', `GET ${path}`);
    const opened = await client.stream({ ...this.#request('GET', path), deadlineMs, silentAfterMs });
    if (!opened.ok) return opened;
    const { status, headers } = opened.value;
    this.#trace('received', `${status}, stream`);
    const type = String(headers['content-type'] ?? '');
    if (status === 200 && /^multipart\//i.test(type)) return opened;
    opened.value.close();
    if (status !== 200) return err(refusal(status, path));
    return err(malformed(`${path}: ${type.slice(0, 60) || 'no type'} where a stream was expected`));
  }

  async #ask(
    method: 'GET' | 'POST',
    path: string,
    body?: Fields,
    deadlineMs = this.#parts.deadlineMs,
  ): Promise<Result<HttpReply, DriverFailure>> {
    const { client, io } = this.#parts;
    this.#trace('sent', `${method} ${path}`);
    const startedMs = io.clock.mono();
    const reply = await client.request({
      ...this.#request(method, path),
      deadlineMs,
      ...(body === undefined ? {} : { body: new TextEncoder().encode(JSON.stringify(body)) }),
    });
    if (!reply.ok) return reply;
    this.rttMs = io.clock.mono() - startedMs;
    this.#trace('received', `${reply.value.status}, ${reply.value.body.length} bytes`);
    return reply.value.status === 200 ? reply : err(refusal(reply.value.status, path));
  }

  #request(method: 'GET' | 'POST', path: string) {
    const { origin, caPem, closing } = this.#parts;
    return {
      method,
      signal: closing,
      url: origin + path,
      bodyBytesMax: /AcsEvent|recordFinder/.test(path) ? webTerminalLimits.pageBytes : webTerminalLimits.replyBytes,
      ...(method === 'POST' ? { headers: { 'content-type': 'application/json' } } : {}),
      ...(caPem === undefined ? {} : { caPem }),
    };
  }

  // Bodies hold names and picture addresses: they are never in a trace.
  #trace(way: 'sent' | 'received', text: string): void {
    this.#parts.io.trace?.({ way, at: this.#parts.io.clock.now(), text });
  }
}

const malformed = (detail: string): DriverFailure => ({ kind: 'malformed', detail, frameHex: '' });

/** 404, 405 and 501: not in this firmware. ISAPI also says 403 for what a model does not have, which cannot be told from a missing right. */
function refusal(status: number, path: string): DriverFailure {
  if (status === 404 || status === 405 || status === 501) return { kind: 'unsupported', detail: `${path}: ${status}` };
  return { kind: 'refused', deviceCode: status, detail: path };
}
