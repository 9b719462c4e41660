/** Acts that come to calendars and contracts: versions of one setting, each based on the one that was shown. */
import { BusinessCalendar, SlaContract, TeachingCalendar } from '@cardwatch/contracts/watch';
import { err, ok, unreachable } from '@cardwatch/kernel';
import { z } from 'zod';
import { calendarLimits } from '../../core/calendar/check.core.ts';
import { calendarsNamed, contractFaults, contractsMax } from '../../core/sla/contract.core.ts';
import { calendarNamed } from '../../core/sla/limits.core.ts';
import type { TermsAct } from '../../core/watch/act.core.ts';
import { noSettings, type Settings, type WatchStore } from '../../store/watch/roles.ts';
import { doneWith, type NewSetting, type Worked } from './work.ts';

export type TermsGround = {
  readonly settings: Settings;
  readonly store: Pick<WatchStore, 'settingVersions' | 'settingValue'>;
};

type TermsSetting = 'calendars' | 'teaching' | 'contracts';

const settingOf = (act: TermsAct): TermsSetting => {
  switch (act.kind) {
    case 'saveBusinessCalendar':
    case 'removeBusinessCalendar':
      return 'calendars';
    case 'saveTeachingCalendar':
      return 'teaching';
    case 'saveSlaContract':
      return 'contracts';
    case 'rollbackSetting':
      return act.setting;
    default:
      return unreachable(act);
  }
};

export async function termsWork({ settings, store }: TermsGround, act: TermsAct): Promise<Worked> {
  const [latest] = await store.settingVersions(settingOf(act));
  if ((latest?.n ?? 0) !== act.basedOn) return err({ kind: 'changedMeanwhile' });
  if (act.kind !== 'rollbackSetting') return changed(settings, act);
  const { setting, to, reason } = act;
  const was = to === 0 ? noSettings[setting] : await store.settingValue(setting, to);
  const read = asSetting(setting, was, reason);
  if (read === null) return err({ kind: 'notFound', what: 'to', id: String(to) });
  const orphan = orphanOf({ ...settings, [setting]: read.value });
  return orphan ?? ok({ done: doneWith(setting), settings: [read] });
}

function changed(settings: Settings, act: Exclude<TermsAct, { readonly kind: 'rollbackSetting' }>): Worked {
  const { calendars, contracts } = settings;
  const { reason } = act;
  switch (act.kind) {
    case 'saveBusinessCalendar': {
      const { calendar } = act;
      const value = [...calendars.filter(({ name }) => name !== calendar.name), calendar];
      if (value.length > calendarLimits.calendars) return err({ kind: 'full', limit: calendarLimits.calendars });
      return ok({ done: doneWith(calendar.name), settings: [{ name: 'calendars', value, reason }] });
    }
    case 'removeBusinessCalendar': {
      const value = calendars.filter(({ name }) => name !== act.name);
      if (value.length === calendars.length) return err({ kind: 'notFound', what: 'name', id: act.name });
      const orphan = orphanOf({ calendars: value, contracts });
      return orphan ?? ok({ done: doneWith(act.name), settings: [{ name: 'calendars', value, reason }] });
    }
    case 'saveTeachingCalendar':
      return ok({ done: doneWith('teaching'), settings: [{ name: 'teaching', value: act.calendar, reason }] });
    case 'saveSlaContract': {
      const { contract } = act;
      const others = contracts.filter(({ contractId }) => contractId !== contract.contractId);
      const [fault] = contractFaults(contract, others, calendars);
      if (fault !== undefined) return err({ kind: 'invalid', place: `body.contract.${fault.place}`, expected: fault.code });
      const value = [...others, contract].toSorted((a, b) => a.validFrom - b.validFrom);
      if (value.length > contractsMax) return err({ kind: 'full', limit: contractsMax });
      return ok({ done: doneWith(contract.contractId), settings: [{ name: 'contracts', value, reason }] });
    }
    default:
      return unreachable(act);
  }
}

/** A contract would count by a calendar that there is no more: clocks would silently run around the clock. */
function orphanOf({ calendars, contracts }: Pick<Settings, 'calendars' | 'contracts'>): Worked | null {
  const lost = calendarsNamed(contracts).find((name) => calendarNamed(calendars, name).name !== name);
  if (lost === undefined) return null;
  return err({ kind: 'refused', why: 'namedByContract' });
}

/** A value as it was stored; null: there is no such version, or this release cannot read it any more. */
function asSetting(setting: TermsSetting, value: unknown, reason: string): Extract<NewSetting, { name: TermsSetting }> | null {
  switch (setting) {
    case 'calendars': {
      const read = z.array(BusinessCalendar).safeParse(value);
      return read.success ? { name: setting, value: read.data, reason } : null;
    }
    case 'teaching': {
      const read = TeachingCalendar.safeParse(value);
      return read.success ? { name: setting, value: read.data, reason } : null;
    }
    case 'contracts': {
      const read = z.array(SlaContract).safeParse(value);
      return read.success ? { name: setting, value: read.data, reason } : null;
    }
    default:
      return unreachable(setting);
  }
}
