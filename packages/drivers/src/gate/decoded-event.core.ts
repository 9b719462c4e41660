import { shanghaiFromEpoch } from '@cardwatch/kernel';
import type { RawEvent } from '../contract.ts';
import type { DecodedObservation } from '../decode.ts';
import { clockText } from '../profile/clock-text.core.ts';

/** An event of a gate as `decode` prints it: of a card number no more than its end. */
export function decodedOf(event: RawEvent): DecodedObservation {
  const told = {
    ...(event.eventNo === undefined ? {} : { deviceSeq: event.eventNo }),
    observedText: event.observedAt === undefined ? event.observedText : clockText(shanghaiFromEpoch(event.observedAt)),
  };
  switch (event.type) {
    case 'pass':
      return {
        kind: 'pass',
        ...told,
        result: event.result,
        method: event.method,
        direction: event.direction,
        ...(event.reason === undefined ? {} : { reason: event.reason }),
        code: event.code.raw,
        ...(event.personNo === undefined ? {} : { person: event.personNo }),
        ...(event.cardNo === undefined ? {} : { cardTail: `****${event.cardNo.slice(-4)}` }),
        live: event.live,
      };
    case 'door':
      return { kind: 'door', ...told, point: event.point, state: event.state };
    case 'deviceAlarm':
      return { kind: 'health', ...told, about: 'alarm', alarm: event.alarm, active: event.active };
    case 'deviceAudit':
      return {
        kind: 'audit',
        ...told,
        action: event.action,
        ...(event.actor === undefined ? {} : { actor: event.actor }),
        ...(event.detail === undefined ? {} : { detail: event.detail }),
      };
  }
}
