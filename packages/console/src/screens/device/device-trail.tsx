import type { AuditDto, CommandDto, DeviceDto } from '@cardwatch/contracts/api';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useConsole } from '../../console.tsx';
import { fullTime, zone } from '../../format/time.ts';
import { FailureNote } from '../../frame/failure.tsx';
import { useMay } from '../../frame/use-session.ts';
import { sayOr } from '../../words/say.ts';
import { useLanguage, useWords } from '../../words/words.tsx';
import { ApproveButton } from './approve-button.tsx';

/** 操作与审计: what was ordered of the device and by whom; for auditors all that the trail has about it. */
export function DeviceTrail({ device }: { readonly device: DeviceDto }) {
  const t = useWords();
  const mayAudit = useMay('audit:read');
  const mayReview = useMay('incidents:review');
  return (
    <div className="scroll device-trail" tabIndex={0}>
      {mayReview && <ApproveButton device={device} />}
      <Orders device={device} />
      {mayAudit ? <Trail deviceId={device.deviceId} /> : <p className="meta">{t('trail.mayNot')}</p>}
    </div>
  );
}

function Orders({ device: { deviceId } }: { readonly device: DeviceDto }) {
  const t = useWords();
  const { queries } = useConsole();
  const orders = useQuery(queries.operations(deviceId));
  const items = orders.data?.items ?? [];
  if (orders.error !== null) return <FailureNote error={orders.error} retry={() => void orders.refetch()} />;
  if (items.length === 0) return <p className="empty">{t(orders.isPending ? 'list.loading' : 'trail.noneOrdered')}</p>;
  return (
    <table className="plain">
      <caption>{t('trail.title')}</caption>
      <Head />
      <tbody>
        {items.map((order) => (
          <OrderRow key={order.id} order={order} />
        ))}
      </tbody>
    </table>
  );
}

function Head() {
  const t = useWords();
  return (
    <thead>
      <tr>
        <th className="end">
          {t('trail.at')} <span className="head-hint">{zone}</span>
        </th>
        <th>{t('trail.by')}</th>
        <th>{t('trail.action')}</th>
        <th>{t('trail.result')}</th>
        <th>{t('trail.detail')}</th>
      </tr>
    </thead>
  );
}

function OrderRow({ order }: { readonly order: CommandDto }) {
  const { say: t, language } = useLanguage();
  const name = order.operation ?? order.action;
  return (
    <tr>
      <td className="end number">{fullTime(order.createdAt, language)}</td>
      <td>{order.createdBy}</td>
      <th scope="row">{sayOr(language, `operation.${name}`, name)}</th>
      <td>{t(`command.state.${order.state}`)}</td>
      <td className="text-cell">{order.detail ?? ''}</td>
    </tr>
  );
}

function Trail({ deviceId }: { readonly deviceId: string }) {
  const t = useWords();
  const { queries } = useConsole();
  const trail = useInfiniteQuery(queries.deviceAudit(deviceId));
  const rows = trail.data?.pages.flatMap((page) => page.items) ?? [];
  if (trail.error !== null) return <FailureNote error={trail.error} retry={() => void trail.refetch()} />;
  if (rows.length === 0) return <p className="empty">{t(trail.isPending ? 'list.loading' : 'trail.none')}</p>;
  return (
    <>
      <table className="plain">
        <caption>{t('trail.audit')}</caption>
        <Head />
        <tbody>
          {rows.map((row) => (
            <AuditRow key={row.n} row={row} />
          ))}
        </tbody>
      </table>
      {trail.hasNextPage && (
        <button type="button" className="link" onClick={() => void trail.fetchNextPage()}>
          {t('trail.more')}
        </button>
      )}
    </>
  );
}

function AuditRow({ row }: { readonly row: AuditDto }) {
  const { language } = useLanguage();
  return (
    <tr>
      <td className="end number">{fullTime(row.at, language)}</td>
      <td>{row.actor}</td>
      <th scope="row">{sayOr(language, `auditAction.${row.action}`, row.action)}</th>
      <td>{sayOr(language, `auditResult.${row.result}`, row.result)}</td>
      <td className="text-cell" title={row.detail}>
        {row.detail}
      </td>
    </tr>
  );
}
