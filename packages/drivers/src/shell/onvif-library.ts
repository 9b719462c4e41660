import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { readShape } from '@cardwatch/contracts';
import { type Result, err, ok } from '@cardwatch/kernel';
import { z } from 'zod';
import type { DriverFailure } from '../contract.ts';
import type { InformationQuestion, OnvifLibrary, Probed, ProbeTarget } from '../onvif/library.ts';
import type { DeviceInformation } from '../onvif/messages.core.ts';

export const libraryLimits = {
  /** A probe sends nine datagrams and listens for 3 s. */
  probeMs: 8_000,
  informationMs: 8_000,
  memoryMb: 64,
  replies: 200,
  /** Threads at once; what comes beyond waits. */
  threads: 2,
} as const;

const Text = z.string().max(2_048);
const Probe = z.object({ urn: Text, xaddrs: z.array(Text).max(16), scopes: z.array(Text).max(64) });
const word = z.string().max(256).optional().catch(undefined);
const Information = z.object({ Manufacturer: word, Model: word, FirmwareVersion: word, SerialNumber: word });
const Message = z.union([z.object({ value: z.unknown() }), z.object({ error: z.string() })]);

/**
 * node-onvif behind a thread with a hard end: its promises may never settle, its sockets may stay open, its parser may take minutes. One thread a
 * question; whatever is not answered in time is ended with all that it holds.
 */
export function onvifLibrary(limits: { readonly probeMs: number; readonly informationMs: number } = libraryLimits): OnvifLibrary {
  let probing: Promise<unknown> = Promise.resolve();
  const threads = new Turnstile(libraryLimits.threads);
  return {
    probe: (target) => {
      const mine = probing.then(() => threads.through(() => probe(target, limits.probeMs)));
      probing = mine.catch(() => undefined);
      return mine;
    },
    information: (question) => threads.through(() => information(question, limits.informationMs)),
  };
}

/** Paths of all modules that the library loads: proof of what it does not. */
export async function loadedModules(): Promise<readonly string[]> {
  const asked = await ask({ ask: 'modules' }, 5_000, undefined);
  return asked.ok ? z.array(z.string()).parse(asked.value) : [];
}

async function probe(target: ProbeTarget, deadlineMs: number): Promise<Result<readonly Probed[], DriverFailure>> {
  const asked = await ask({ ask: 'probe', ...target }, deadlineMs, undefined);
  if (!asked.ok) return asked;
  const list = Array.isArray(asked.value) ? asked.value.slice(0, libraryLimits.replies) : [];
  return ok(
    list.flatMap((each) => {
      const parsed = readShape(Probe, each);
      return parsed.success ? [parsed.data] : [];
    }),
  );
}

async function information(
  { url, credentials, signal }: InformationQuestion,
  deadlineMs: number,
): Promise<Result<DeviceInformation, DriverFailure>> {
  const user = credentials?.user ?? '';
  const pass = credentials?.password ?? '';
  // The library puts both into XML as they stand.
  if (/[<>&"'\s]/.test(user + pass)) return err({ kind: 'unsupported', detail: 'credentials that the library would not escape' });
  const asked = await ask({ ask: 'information', url, user, pass }, deadlineMs, signal);
  if (!asked.ok) return asked;
  const parsed = readShape(z.object({ GetDeviceInformationResponse: Information }), asked.value);
  const plain = parsed.success ? parsed.data.GetDeviceInformationResponse : readShape(Information, asked.value).data;
  // Text that was no UTF-8 comes with replacement characters, and is not stored.
  if (plain === undefined || plain.Model === undefined || JSON.stringify(plain).includes('\ufffd'))
    return err({ kind: 'malformed', detail: 'no readable device information', frameHex: '' });
  const { Manufacturer, Model, FirmwareVersion, SerialNumber } = plain;
  return ok({ manufacturer: Manufacturer, model: Model, firmware: FirmwareVersion, serial: SerialNumber });
}

/**
 * A thread has no compile cache of its own accord, and without one it loads the type stripper: 11 MB that stay with the process. The cache of
 * this program, where it has one, is switched on before the thread's code is read.
 */
function threadCode(): { readonly code: string | URL; readonly isText: boolean } {
  const file = new URL('./onvif-worker.ts', import.meta.url);
  const cache = getCompileCacheDir();
  if (cache === undefined) return { code: file, isText: false };
  const folder = JSON.stringify(dirname(cache));
  return { code: `require('node:module').enableCompileCache(${folder}); import(${JSON.stringify(file.href)});`, isText: true };
}

function ask(
  question: Readonly<Record<string, unknown>>,
  deadlineMs: number,
  signal: AbortSignal | undefined,
): Promise<Result<unknown, DriverFailure>> {
  if (signal?.aborted === true) return Promise.resolve(err({ kind: 'closed' }));
  return new Promise((resolve) => {
    const { code, isText } = threadCode();
    const worker = new Worker(code, {
      eval: isText,
      workerData: question,
      resourceLimits: { maxOldGenerationSizeMb: libraryLimits.memoryMb },
      stdout: true,
      stderr: true,
      execArgv: ['--disable-warning=DEP0169', '--disable-warning=ExperimentalWarning'],
    });
    let given = false;
    const give = (result: Result<unknown, DriverFailure>): void => {
      if (given) return;
      given = true;
      clearTimeout(timer);
      signal?.removeEventListener('abort', giveUp);
      // Ended first, so that nothing of it is left when the answer is there.
      void worker.terminate().then(() => resolve(result));
    };
    const giveUp = (): void => give(err({ kind: 'closed' }));
    const timer = setTimeout(() => give(err({ kind: 'timeout', afterMs: deadlineMs })), deadlineMs);
    signal?.addEventListener('abort', giveUp);
    worker.once('error', (error) => give(err({ kind: 'malformed', detail: String(error).slice(0, 120), frameHex: '' })));
    worker.once('message', (message: unknown) => give(resultOf(message)));
    worker.once('exit', () => give(err({ kind: 'malformed', detail: 'the thread ended without an answer', frameHex: '' })));
  });
}

function resultOf(message: unknown): Result<unknown, DriverFailure> {
  const parsed = readShape(Message, message);
  if (!parsed.success) return err({ kind: 'malformed', detail: 'no answer of the thread', frameHex: '' });
  if ('value' in parsed.data) return ok(parsed.data.value);
  const text = 'error' in parsed.data ? String(parsed.data.error) : '';
  if (/\b401\b|not authorized|requires authorization/i.test(text)) return err({ kind: 'unauthorised', detail: 'refused' });
  if (/Network Error/.test(text)) return err({ kind: 'unreachable', detail: 'network error' });
  return err({ kind: 'malformed', detail: text.slice(0, 120), frameHex: '' });
}

class Turnstile {
  readonly #max: number;
  readonly #waiting: (() => void)[] = [];
  #inside = 0;

  constructor(max: number) {
    this.#max = max;
  }

  async through<T>(run: () => Promise<T>): Promise<T> {
    if (this.#inside >= this.#max) await new Promise<void>((go) => this.#waiting.push(go));
    this.#inside++;
    try {
      return await run();
    } finally {
      this.#inside--;
      this.#waiting.shift()?.();
    }
  }
}
