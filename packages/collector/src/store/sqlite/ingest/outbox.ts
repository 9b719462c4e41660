import type { BulkInsert } from './statements.ts';

export type OutboxTopic = 'device' | 'agent' | 'readings' | 'flow' | 'passes' | 'gap' | 'deadLetter';

/** What changed in one transaction, each thing once. */
export class OutboxDraft {
  readonly #keys = new Map<OutboxTopic, Set<string>>();

  changed(topic: OutboxTopic, key: string | number): void {
    let keys = this.#keys.get(topic);
    if (keys === undefined) {
      keys = new Set();
      this.#keys.set(topic, keys);
    }
    keys.add(String(key));
  }

  write(into: BulkInsert, at: number): void {
    for (const [topic, keys] of this.#keys) {
      for (const key of keys) {
        into.values.push(topic, key, at);
        into.rowAdded();
      }
    }
    into.flush();
  }
}

export const outboxColumns = 'outbox (topic, key, at)';
