/** Limits of the contract by level and clock; before the first contract the defaults of domain Q-5 hold. */
import type { SlaContractsDto } from '@cardwatch/contracts/api';
import type { SlaContract } from '@cardwatch/contracts/watch';
import { err, ok, type Result } from '@cardwatch/kernel';
import { contractFaults } from '../../core/sla/contract.core.ts';
import { contractAt, defaultSlaLimits } from '../../core/sla/limits.core.ts';
import { order } from '../act.ts';
import { type Changing, faultOf } from '../calendar/save.ts';
import { latestVersion } from '../calendar/show.ts';
import type { Caller } from '../caller.ts';
import type { ServiceFailure } from '../failure.ts';
import type { Watched } from '../watch-desk.ts';

export async function listContracts(services: Watched): Promise<Result<SlaContractsDto, ServiceFailure>> {
  const { contracts } = await services.watch.settings();
  return ok({
    contracts: [...contracts],
    version: await latestVersion(services, 'contracts'),
    defaults: defaultSlaLimits,
    inForce: contractAt(contracts, services.clock.now())?.contractId ?? null,
  });
}

export async function saveContract(
  services: Watched,
  caller: Caller,
  { contract, idempotencyKey, ...asked }: Changing & { readonly contract: SlaContract },
): Promise<Result<SlaContractsDto, ServiceFailure>> {
  const { contracts, calendars } = await services.watch.settings();
  const fault = faultOf(contractFaults(contract, contracts, calendars), 'body.contract');
  if (fault !== undefined) return err(fault);
  const act = { kind: 'saveSlaContract', contract, ...asked } as const;
  const detail = { ...asked, validFrom: contract.validFrom, limits: contract.limits };
  const done = await order(services, caller, { act, idempotencyKey, object: contract.contractId, detail });
  return done.ok ? listContracts(services) : done;
}
