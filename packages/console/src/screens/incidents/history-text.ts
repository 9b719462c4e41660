import type { HistoryDto } from '@cardwatch/contracts/api';
import { duration } from '../../format/time.ts';
import { sayOr } from '../../words/say.ts';
import { useLanguage } from '../../words/words.tsx';
import { whyAssessed } from './assess.core.ts';
import { detailCodes, detailText } from './feed.core.ts';
import { useNames } from './use-names.ts';

interface Told {
  readonly text: string;
  /** What a person wrote. */
  readonly note: string;
}

/** A line of history in words; a code that no release knows stands as it is. */
export function useHistoryText(): (row: HistoryDto) => Told {
  const { say: t, language } = useLanguage();
  const nameOf = useNames();
  const state = (code: string): string => sayOr(language, `incident.state.${code}`, code);
  return ({ what, detail }) => {
    const value = (name: string): string => detailText(detail, name);
    const note = value('note');
    const reason = value('reason');
    switch (what) {
      case 'opened':
        return { text: t('incident.history.opened', { number: value('number') }), note };
      case 'moved': {
        const hold = value('holdReason');
        const why = hold === '' ? '' : sayOr(language, `incident.hold.${hold}`, hold);
        return {
          text: `${t('incident.history.moved', { from: state(value('from')), to: state(value('to')) })} ${why}`.trim(),
          note,
        };
      }
      case 'assessed':
        return {
          text: t('incident.history.assessed', { level: value('level'), score: value('score') }),
          note: whyAssessed(reason).kind === 'written' ? reason : '',
        };
      case 'assigned':
        return { text: t('incident.history.assigned', { to: nameOf(value('to')) }), note };
      case 'marked':
        return { text: sayOr(language, `incident.mark.${value('mark')}`, value('mark')), note };
      case 'merged':
        return { text: t('incident.history.merged', { number: value('into') }), note };
      case 'tookIn':
        return { text: t('incident.history.tookIn', { number: value('from'), n: value('alarms') }), note };
      case 'split':
        return { text: t('incident.history.split', { number: value('into'), n: value('alarms') }), note };
      case 'noticeMissing':
        return { text: t('incident.history.noticeMissing', { time: duration(Number(value('sinceMs')), language) }), note };
      case 'slaWarning':
      case 'slaBreached':
        return {
          text: t(`incident.history.${what}`, {
            clock: sayOr(language, `incident.clock.of.${value('clock')}`, value('clock')),
            pct: value('percent'),
          }),
          note,
        };
      case 'mayNotEnd': {
        const blocks = detailCodes(detail, 'blocks').map((code) => sayOr(language, `incident.block.${code}`, code));
        return { text: t('incident.history.mayNotEnd', { what: blocks.join(t('incident.comma')) }), note };
      }
      case 'evidence':
        return { text: t('incident.history.evidence', { pct: value('completenessPct') }), note };
      case 'action':
        return {
          text: t('incident.history.action', { state: sayOr(language, `incident.action.${value('state')}`, value('state')) }),
          note,
        };
      case 'rootCause':
        return {
          text: t('incident.history.rootCause', { code: sayOr(language, `incident.code.${value('code')}`, value('code')) }),
          note,
        };
      default:
        return { text: sayOr(language, `incident.history.${what}`, what), note };
    }
  };
}
