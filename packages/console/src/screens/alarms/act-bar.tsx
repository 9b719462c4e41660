import { Button } from 'antd';
import { count } from '../../format/money.ts';
import { useScopes } from '../../frame/use-session.ts';
import { useWords } from '../../words/words.tsx';
import { actScopes, type AlarmAct } from './alarm-acts.core.ts';

const acts = [
  ['acknowledge', 'a'],
  ['assign', 'e'],
  ['silence', 's'],
  ['incident', 'i'],
] as const satisfies readonly (readonly [AlarmAct, string])[];

/** The four acts with their keys, as far as this person may. */
export function ActButtons({ begin, small = false }: { readonly begin: (act: AlarmAct) => void; readonly small?: boolean }) {
  const t = useWords();
  const scopes = useScopes();
  return acts
    .filter(([act]) => scopes.includes(actScopes[act]))
    .map(([act, key]) => (
      <Button
        key={act}
        size={small ? 'small' : 'middle'}
        type={act === 'acknowledge' ? 'primary' : 'default'}
        onClick={() => begin(act)}
      >
        {t(`alarms.act.${act}`)} <kbd>{key}</kbd>
      </Button>
    ));
}

interface ActBarProps {
  readonly marked: number;
  /** How many match the filter, when more do than are marked. */
  readonly all: number | undefined;
  readonly takeAll: () => void;
  readonly begin: (act: AlarmAct) => void;
  readonly clear: () => void;
}

/** What is marked, and what can be done with it. */
export function ActBar({ marked, all, takeAll, begin, clear }: ActBarProps) {
  const t = useWords();
  return (
    <div className="act-bar" role="toolbar" aria-label={t('alarms.acts')}>
      <span>{t('list.chosen', { n: count(marked) })}</span>
      {all !== undefined && (
        <button type="button" className="link" onClick={takeAll}>
          {t('alarms.takeAll', { n: count(all) })}
        </button>
      )}
      <ActButtons begin={begin} small />
      <button type="button" className="link" onClick={clear}>
        {t('alarms.unmark')}
      </button>
    </div>
  );
}
