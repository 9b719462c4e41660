import { AgentId, SiteId } from '@cardwatch/contracts';
import { epochMs, silentLogger, VirtualClock } from '@cardwatch/kernel';
import { describe, expect, test } from 'vitest';
import type { AgentCredential } from '../store/roles.ts';
import { KnownAgents, knownAgentsLimits } from './known-agents.ts';

const credential = (agent: string, more: Partial<AgentCredential> = {}): AgentCredential => ({
  agent: AgentId.parse(agent),
  site: SiteId.parse('demo'),
  secretHash: 'f'.repeat(64),
  suspended: false,
  ...more,
});
const address = (agent: string, site = 'demo') => ({ agent: AgentId.parse(agent), site: SiteId.parse(site) });

async function setup(...registered: AgentCredential[]) {
  const ledger = { registered, loads: 0, broken: false };
  const clock = new VirtualClock(epochMs(1_000_000));
  const load = (): Promise<readonly AgentCredential[]> => {
    ledger.loads++;
    return ledger.broken ? Promise.reject(new Error('away')) : Promise.resolve([...ledger.registered]);
  };
  const known = new KnownAgents({ load, clock, log: silentLogger });
  await known.load();
  const later = async (ms: number): Promise<void> => {
    clock.advance(ms);
    await Promise.resolve();
  };
  return { ledger, known, later, settle: () => new Promise((resolve) => setImmediate(resolve)) };
}

describe('agents that another broker lets in', () => {
  test.each([
    ['is registered', address('a'), 'known'],
    ['is suspended', address('b'), 'suspended'],
    ['has no secret of ours', address('c'), 'unknown'],
    ['speaks for another site', address('a', 'other'), 'unknown'],
    ['is nobody', address('d'), 'unknown'],
  ] as const)('one that %s', async (_what, from, standing) => {
    const { known } = await setup(credential('a'), credential('b', { suspended: true }), credential('c', { secretHash: '' }));
    expect(known.standing(from)).toBe(standing);
  });

  test('one that was just added is found by reading again, at most every two seconds', async () => {
    const { ledger, known, later, settle } = await setup();
    ledger.registered.push(credential('a'));
    for (let tries = 0; tries < 5; tries++) expect(known.standing(address('a'))).toBe('unknown');
    expect(ledger.loads).toBe(1);
    await later(knownAgentsLimits.reloadMs);
    expect(known.standing(address('a'))).toBe('unknown');
    await settle();
    expect([known.standing(address('a')), ledger.loads]).toEqual(['known', 2]);
  });

  test('one that was suspended is known as such within a minute; a ledger that is away changes nothing', async () => {
    const { ledger, known, later, settle } = await setup(credential('a'));
    ledger.registered[0] = credential('a', { suspended: true });
    await later(knownAgentsLimits.staleMs - 1);
    expect([known.standing(address('a')), ledger.loads]).toEqual(['known', 1]);
    ledger.broken = true;
    await later(1);
    expect(known.standing(address('a'))).toBe('known');
    await settle();
    expect([known.standing(address('a')), ledger.loads]).toEqual(['known', 2]);
    ledger.broken = false;
    await later(knownAgentsLimits.staleMs);
    known.standing(address('a'));
    await settle();
    expect([known.standing(address('a')), ledger.loads]).toEqual(['suspended', 3]);
  });
});
