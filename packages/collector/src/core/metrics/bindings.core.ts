/** Which merchant a terminal sold for at a time (domain N-4): history stays with the merchant of then, whoever has the terminal now. */
import type { MerchantBinding } from '@cardwatch/contracts/watch';
import type { EpochMs } from '@cardwatch/kernel';
import type { MerchantFact } from '../world/world.core.ts';

export type MerchantOf = (deviceId: string, at: EpochMs) => MerchantFact | null;

/** The latest binding that had begun by then, unless it had ended by then too. */
export function merchantLookup(bindings: readonly MerchantBinding[]): MerchantOf {
  const byDevice = Map.groupBy(latestFirst(bindings), (binding) => binding.deviceId as string);
  return (deviceId, at) => {
    const latest = byDevice.get(deviceId)?.find((binding) => binding.validFrom <= at);
    if (latest === undefined || (latest.validTo !== null && latest.validTo <= at)) return null;
    return { merchantId: latest.merchantId, merchantName: latest.merchantName };
  };
}

/** When which terminal sold for this merchant in `[from, to)`, as `merchantLookup` answers at each moment; nothing overlaps. */
export function merchantSpans(
  bindings: readonly MerchantBinding[],
  merchantId: string,
  { from, to }: { readonly from: number; readonly to: number },
): readonly { readonly deviceId: string; readonly from: number; readonly to: number }[] {
  const byDevice = Map.groupBy(latestFirst(bindings), ({ deviceId }) => deviceId as string);
  return [...byDevice].flatMap(([deviceId, own]) =>
    own
      .map((binding, no) => ({
        binding,
        deviceId,
        from: Math.max(from, binding.validFrom),
        to: Math.min(to, binding.validTo ?? to, own[no - 1]?.validFrom ?? to),
      }))
      .filter((span) => span.binding.merchantId === merchantId && span.to > span.from)
      .map(({ binding: _binding, ...span }) => span),
  );
}

const latestFirst = (bindings: readonly MerchantBinding[]): readonly MerchantBinding[] =>
  bindings.toSorted((a, b) => b.validFrom - a.validFrom);
