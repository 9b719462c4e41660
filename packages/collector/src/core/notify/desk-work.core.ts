/** What one call of the desk works with: the settings and alarms of the moment, and the rows that it leaves. */
import type { DeliveryEffect } from './delivery.step.ts';
import { DeskRows } from './desk-rows.core.ts';
import type { Roster } from './route.core.ts';
import type { Alarm, Notice } from '@cardwatch/contracts/watch';

/** Settings and alarms as they are at this moment; alarms that are over may be missing. */
export interface DeskView {
  readonly roster: Roster;
  readonly alarms: Pick<ReadonlyMap<string, Alarm>, 'get'>;
  /** Said by core/cause: a cause of it may yet show itself. */
  readonly awaits?: (alarm: Alarm) => boolean;
}

/** One call's view and rows. */
export class Work {
  readonly rows = new DeskRows();
  readonly view: DeskView;

  constructor(view: DeskView) {
    this.view = view;
  }

  address(notice: Notice): { readonly address: string; readonly language: 'zh' | 'en' } | null {
    const recipient = this.view.roster.recipients.find((each) => each.recipientId === notice.recipient);
    const found = recipient?.addresses.find((each) => each.channel === notice.channel);
    return recipient === undefined || found === undefined ? null : { address: found.address, language: recipient.language };
  }

  send(effect: Extract<DeliveryEffect, { kind: 'send' }>): void {
    const to = this.address(effect.notice);
    if (to === null) return;
    const { notice, terms, shrinks } = effect;
    this.rows.sends.push({ notice, terms, shrinks, ...to });
  }
}
