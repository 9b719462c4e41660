import type { NoticePolicy } from '@cardwatch/contracts/watch';
import { minuteMs } from '@cardwatch/kernel';
import { Button, InputNumber, Select } from 'antd';
import { useWords } from '../../words/words.tsx';
import { moved } from './duty.core.ts';

type Step = NoticePolicy['steps'][number];
const stepsMax = 8;

interface StepListProps {
  readonly steps: readonly Step[];
  readonly who: { value: string; label: string }[];
  readonly change: (steps: readonly Step[]) => void;
}

/** Steps in the order in which they go out, each with its wait; moved up and down by buttons, so by keyboard too. */
export function StepList({ steps, who, change }: StepListProps) {
  const t = useWords();
  const set = (n: number, step: Partial<Step>): void => change(steps.map((one, at) => (at === n ? { ...one, ...step } : one)));
  return (
    <ol className="step-list">
      {steps.map((step, n) => (
        <li key={n}>
          <span className="number">{n + 1}</span>
          <InputNumber
            aria-label={t('policy.stepWait', { n: n + 1 })}
            min={0}
            max={1_440}
            value={step.afterMs / minuteMs}
            suffix={t('policy.minutesLater')}
            onChange={(value) => set(n, { afterMs: Math.round((value ?? 0) * minuteMs) })}
          />
          <Select
            aria-label={t('policy.stepWho', { n: n + 1 })}
            mode="multiple"
            className="push"
            value={step.who}
            placeholder={t('policy.stepNobody')}
            showSearch={{ optionFilterProp: 'label' }}
            options={who}
            onChange={(next: string[]) => set(n, { who: next })}
          />
          <Button
            size="small"
            aria-label={t('policy.stepUp', { n: n + 1 })}
            disabled={n === 0}
            onClick={() => change(moved(steps, n, -1))}
          >
            ↑
          </Button>
          <Button
            size="small"
            aria-label={t('policy.stepDown', { n: n + 1 })}
            disabled={n === steps.length - 1}
            onClick={() => change(moved(steps, n, 1))}
          >
            ↓
          </Button>
          <Button
            size="small"
            aria-label={t('policy.stepRemove', { n: n + 1 })}
            disabled={steps.length === 1}
            onClick={() => change(steps.filter((_, at) => at !== n))}
          >
            ×
          </Button>
        </li>
      ))}
      <li>
        <Button
          size="small"
          disabled={steps.length >= stepsMax}
          onClick={() => change([...steps, { afterMs: (steps.at(-1)?.afterMs ?? 0) + 10 * minuteMs, who: [] }])}
        >
          {t('policy.stepAdd')}
        </Button>
      </li>
    </ol>
  );
}
