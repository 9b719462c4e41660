import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Dropdown, Tabs } from 'antd';
import { apiPrefix } from '../../api/client.ts';
import { useConsole } from '../../console.tsx';
import { count } from '../../format/money.ts';
import { icons } from '../../frame/icons.tsx';
import { useMay } from '../../frame/use-session.ts';
import { useLanguage } from '../../words/words.tsx';
import { ChangeDrawer } from './change-drawer.tsx';
import { Changes } from './changes.tsx';
import { DeviceDrawer } from './device-drawer.tsx';
import { ImportFile } from './import-file.tsx';
import { Merchants } from './merchants.tsx';
import { Places } from './places.tsx';
import './register.css';

const route = getRouteApi('/app/register');

/** 台账: where each device stands and what it hangs on, whom it sells for, who changed it and why. */
export function RegisterPage() {
  const { say: t } = useLanguage();
  const { queries } = useConsole();
  const { tab, deviceId, importId } = route.useSearch();
  const navigate = route.useNavigate();
  const places = useQuery(queries.places()).data;
  const mayEdit = useMay('topology:edit');
  const tabs = ['places', 'merchants', 'changes', ...(mayEdit ? (['import'] as const) : [])] as const;
  return (
    <div className="page list-page">
      <div className="title-line">
        <h1>
          {t('rail.register')}{' '}
          {places !== undefined && (
            <span className="meta">{t('register.answer', { n: count(places.devices), m: buildings(places.items) })}</span>
          )}
        </h1>
        <span className="push" />
        <ExportRegister />
      </div>
      <Tabs
        size="small"
        activeKey={tab ?? 'places'}
        items={tabs.map((key) => ({ key, label: t(`register.tab.${key}`) }))}
        onChange={(key) => {
          const chosen = tabs.find((one) => one === key);
          void navigate({ search: chosen === undefined || chosen === 'places' ? {} : { tab: chosen } });
        }}
      />
      {tab === undefined && <Places />}
      {tab === 'merchants' && <Merchants />}
      {tab === 'changes' && <Changes />}
      {tab === 'import' && mayEdit && <ImportFile />}
      {deviceId !== undefined && <DeviceDrawer key={deviceId} deviceId={deviceId} />}
      {importId !== undefined && <ChangeDrawer key={importId} importId={importId} />}
    </div>
  );
}

const buildings = (items: readonly { readonly level: string }[]): string =>
  count(items.filter(({ level }) => level === 'building').length);

/** The file is made by the collector, as it can be imported again. */
function ExportRegister() {
  const { say: t, language } = useLanguage();
  const items = (['csv', 'xlsx'] as const).map((format) => ({
    key: format,
    label: (
      <a href={`${apiPrefix}/register/export?format=${format}&language=${language}`} download>
        {format.toUpperCase()}
      </a>
    ),
  }));
  return (
    <Dropdown menu={{ items }} trigger={['click']}>
      <button type="button" className="quiet" aria-haspopup="menu">
        {icons.download} {t('list.export')}
      </button>
    </Dropdown>
  );
}
