import { Button } from 'antd';
import { useState } from 'react';
import { rulesKeys, type RuleRow } from '../../api/rules-queries.ts';
import { useConsole, useNow } from '../../console.tsx';
import { Moment } from '../../grid/cells.tsx';
import { useMay } from '../../frame/use-session.ts';
import { Glyph } from '../../marks/mark.tsx';
import { useWords } from '../../words/words.tsx';
import { ReasonDialog } from '../reason-dialog.tsx';
import { useAct } from '../use-act.ts';

/** 启用 or 停用, by shape and word. */
export function OnOff({ enabled }: { readonly enabled: boolean }) {
  const t = useWords();
  return (
    <span className="mark">
      <Glyph shape={enabled ? 'dot' : 'bar'} tone={enabled ? 'normal' : 'unknown'} />
      <span className="mark-word">{t(enabled ? 'rule.on' : 'rule.off')}</span>
    </span>
  );
}

/** What the rule is, what holds now and by whose word; switched on and off from here. */
export function RuleHeader({ row }: { readonly row: RuleRow }) {
  const t = useWords();
  const now = useNow(30_000);
  const may = useMay('rules:edit');
  const [asking, setAsking] = useState(false);
  const { current } = row;
  return (
    <>
      <div className="title-line">
        <h1>
          {t(`rule.name.${row.rule}`)} <span className="meta">{row.rule}</span>
        </h1>
        <OnOff enabled={current.enabled} />
        <span className="push" />
        {may && (
          <Button size="small" onClick={() => setAsking(true)}>
            {t(current.enabled ? 'rule.turnOff' : 'rule.turnOn')}
          </Button>
        )}
      </div>
      <p className="meta rule-facts">
        <span>{t(`rules.family.${row.family}`)}</span>
        <span>{t('rule.sourceIs', { source: row.source })}</span>
        {current.version === 0 ? (
          <span>{t('rule.isDefault')}</span>
        ) : (
          <span>
            {t('rule.isVersion', { n: current.version, who: current.author, why: current.reason })}{' '}
            <Moment at={current.savedAt} now={now} />
          </span>
        )}
      </p>
      {asking && <Switching row={row} close={() => setAsking(false)} />}
    </>
  );
}

function Switching({ row, close }: { readonly row: RuleRow; readonly close: () => void }) {
  const t = useWords();
  const { client } = useConsole();
  const { rule, current } = row;
  const enabled = !current.enabled;
  const save = useAct({
    act: (reason: string, key) => {
      const { timing, params, version } = current;
      return client.fetch('saveRule', {
        params: { rule },
        body: { basedOn: version, enabled, timing, params, reason, idempotencyKey: key },
      });
    },
    changes: [rulesKeys.rules],
    said: t(enabled ? 'rule.turnedOn' : 'rule.turnedOff'),
    after: close,
  });
  const name = t(`rule.name.${rule}`);
  return (
    <ReasonDialog
      title={t(enabled ? 'rule.turnOnTitle' : 'rule.turnOffTitle', { name })}
      text={t(enabled ? 'rule.turnOnText' : 'rule.turnOffText')}
      action={t(enabled ? 'rule.turnOn' : 'rule.turnOff')}
      pending={save.isPending}
      error={save.error}
      submit={(reason) => save.mutate(reason)}
      close={close}
    />
  );
}
