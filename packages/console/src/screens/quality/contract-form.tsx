import type { SlaContractsDto } from '@cardwatch/contracts/api';
import type { SlaClock, SlaContract } from '@cardwatch/contracts/watch';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Form, Input, Select } from 'antd';
import { useState } from 'react';
import { qualityKeys } from '../../api/quality-queries.ts';
import { useConsole } from '../../console.tsx';
import { dayStart } from '../../format/field-time.ts';
import { FailureNote } from '../../frame/failure.tsx';
import { useWords } from '../../words/words.tsx';
import { TextField, TimeField } from '../incidents/fields.tsx';
import { contractIdForm, draftOf, isLength, type Level, levels, type LimitDraft, limitsFrom, slaClocks } from './limits.core.ts';
import { Scroll } from '../../frame/scroll.tsx';

/** In the address: a contract that is not there yet. No contract can be called so. */
export const newContract = '+';

interface ContractFormProps {
  readonly terms: SlaContractsDto;
  readonly contract: SlaContract | undefined;
  readonly close: () => void;
}

/** Adds a contract or changes one, with the reason; what was opened before its first day keeps its clocks. */
export function ContractForm({ terms, contract, close }: ContractFormProps) {
  const t = useWords();
  const { client, queries, newId, now } = useConsole();
  const cache = useQueryClient();
  const [idempotencyKey] = useState(newId);
  const [contractId, setContractId] = useState(contract?.contractId ?? '');
  const [name, setName] = useState(contract?.name ?? '');
  const [validFrom, setValidFrom] = useState<number | undefined>(() => contract?.validFrom ?? dayStart(now(), 0));
  const [draft, setDraft] = useState(() => draftOf(contract?.limits ?? terms.defaults));
  const [reason, setReason] = useState('');
  const calendars = useQuery(queries.qualityCalendars()).data;
  const names = [...new Set([...(calendars?.business ?? []), ...(calendars?.builtIn ?? [])].map((one) => one.name))];
  const limits = limitsFrom(draft);
  const save = useMutation({
    mutationFn: (asked: SlaContract) =>
      client.fetch('saveSlaContract', {
        body: { contract: asked, basedOn: terms.version, reason: reason.trim(), idempotencyKey },
      }),
    onSuccess: async (saved) => {
      cache.setQueryData(qualityKeys.contracts, saved);
      await cache.invalidateQueries({ queryKey: qualityKeys.versions });
      close();
    },
  });
  const whole =
    contractIdForm.test(contractId) &&
    name.trim() !== '' &&
    validFrom !== undefined &&
    limits !== undefined &&
    reason.trim() !== ''
      ? { contractId, name: name.trim(), validFrom, limits }
      : undefined;
  const set = (level: Level, clock: SlaClock, part: Partial<LimitDraft>): void =>
    setDraft((old) => ({ ...old, [level]: { ...old[level], [clock]: { ...old[level][clock], ...part } } }));
  return (
    <section className="panel">
      <h2>
        {contract?.name ?? t('quality.addContract')}
        <span className="push" />
        <Button size="small" onClick={close}>
          {t('action.cancel')}
        </Button>
        <Button
          size="small"
          type="primary"
          disabled={whole === undefined}
          loading={save.isPending}
          onClick={() => whole !== undefined && save.mutate(whole)}
        >
          {t('quality.save')}
        </Button>
      </h2>
      {save.error !== null && <FailureNote error={save.error} />}
      <Form layout="vertical">
        <div className="contract-fields">
          {contract === undefined && (
            <TextField
              id="contractId"
              label={t('quality.contractId')}
              value={contractId}
              change={setContractId}
              max={64}
              hint={t('quality.contractIdHint')}
            />
          )}
          <TextField id="name" label={t('quality.contractName')} value={name} change={setName} max={120} />
          <TimeField id="validFrom" label={t('quality.firstDay')} value={validFrom} change={setValidFrom} />
          <TextField id="reason" label={t('form.reason')} value={reason} change={setReason} max={200} />
        </div>
        <p className="meta">{t('quality.lengthHint')}</p>
        <Scroll label={t('quality.contracts')} isPlain>
          <table className="plain wide limits">
            <thead>
              <tr>
                <th>{t('incident.responseLevel')}</th>
                {slaClocks.map((clock) => (
                  <th key={clock}>{t(`incident.clock.of.${clock}`)}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {levels.map((level) => (
                <tr key={level}>
                  <th scope="row">{t(`incident.level.${level}`)}</th>
                  {slaClocks.map((clock) => (
                    <td key={clock}>
                      <LimitField
                        label={`${t(`incident.level.${level}`)} ${t(`incident.clock.of.${clock}`)}`}
                        limit={draft[level][clock]}
                        calendars={names}
                        change={(part) => set(level, clock, part)}
                      />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      </Form>
    </section>
  );
}

interface LimitFieldProps {
  readonly label: string;
  readonly limit: LimitDraft;
  readonly calendars: readonly string[];
  readonly change: (part: Partial<LimitDraft>) => void;
}

function LimitField({ label, limit, calendars, change }: LimitFieldProps) {
  const t = useWords();
  return (
    <span className="limit-cell">
      <Input
        size="small"
        aria-label={label}
        maxLength={8}
        value={limit.length}
        {...(isLength(limit.length) ? {} : { status: 'error' as const })}
        onChange={(event) => change({ length: event.target.value })}
      />
      <Select
        size="small"
        aria-label={t('quality.calendarOf', { what: label })}
        value={limit.calendar}
        popupMatchSelectWidth={false}
        options={[...new Set([...calendars, limit.calendar])].map((value) => ({ value }))}
        onChange={(calendar) => change({ calendar })}
      />
    </span>
  );
}
