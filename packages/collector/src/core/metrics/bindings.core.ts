/** Which merchant a terminal sold for at a time (domain N-4): history stays with the merchant of then, whoever has the terminal now. */
import type { MerchantBinding } from '@cardwatch/contracts/watch';
import type { EpochMs } from '@cardwatch/kernel';
import type { MerchantFact } from '../world/world.core.ts';

export type MerchantOf = (deviceId: string, at: EpochMs) => MerchantFact | null;

/** The latest binding that had begun by then, unless it had ended by then too. */
export function merchantLookup(bindings: readonly MerchantBinding[]): MerchantOf {
  const byDevice = Map.groupBy(
    bindings.toSorted((a, b) => b.validFrom - a.validFrom),
    (binding) => binding.deviceId as string,
  );
  return (deviceId, at) => {
    const latest = byDevice.get(deviceId)?.find((binding) => binding.validFrom <= at);
    if (latest === undefined || (latest.validTo !== null && latest.validTo <= at)) return null;
    return { merchantId: latest.merchantId, merchantName: latest.merchantName };
  };
}
