/** Bugs that cost no fen by themselves: bounds, fairness, authority, the trail. */
import type { Plant } from './plant.ts';

export const guardPlants: readonly Plant[] = [
  {
    name: 'credit-ignored',
    story: 'all that waits is sent at once, whatever credit the collector gave',
    file: 'packages/agent/src/uplink/window.core.ts',
    find: 'if (window.credit > 0) return Math.min(window.credit, windowLimits.creditMax);',
    replace: 'if (window.credit > 0) return 1e9;',
    mode: 'liveness',
  },
  {
    name: 'reading-again-goes-first',
    story: 'once begun, a reading again of old numbers goes before everything else on its line',
    file: 'packages/agent/src/collect/plan.core.ts',
    find: '      slot.recollectDueMs = endedMs;',
    replace: '      slot.recollectDueMs = Number.NEGATIVE_INFINITY;',
    mode: 'liveness',
  },
  {
    name: 'refusal-not-audited',
    story: 'a batch under a forged name is refused, and nobody hears of it',
    file: 'packages/collector/src/ingest/intake.ts',
    find: "    this.#parts.ports.audit({ agent: from.agent, action: 'batchRefused', reason: `${refusal.kind}: ${refusal.detail}` });\n",
    replace: '',
    mode: 'liveness',
  },
  {
    name: 'audit-not-chained',
    story: 'each audit row is a chain of its own',
    file: 'packages/collector/src/store/sqlite/people/audit.ts',
    find: "const previous = last === undefined ? genesisHash : text(last['hash']);",
    replace: 'const previous = genesisHash;',
    mode: 'liveness',
  },
  {
    name: 'audit-edit-unseen',
    story: 'the proof of the trail looks at the links of its rows and not at what they say',
    file: 'packages/collector/src/store/sqlite/people/audit.ts',
    find: "return hashOf(previous, canonicalRow(n, auditDto(row))) === text(row['hash']) ? undefined : 'hash';",
    replace: 'return undefined;',
    mode: 'liveness',
  },
];
