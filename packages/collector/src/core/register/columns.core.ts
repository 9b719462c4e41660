/** Columns of the register's sheet. A header is known by either language, whatever its case and blanks. */

export const columns = [
  'deviceId',
  'campus',
  'zone',
  'building',
  'area',
  'cluster',
  'upstream',
  'port',
  'merchantId',
  'merchantName',
  'validFrom',
  'validThrough',
] as const;
export type Column = (typeof columns)[number];

/** What a cell says that is to be emptied; an empty cell leaves things as they are. */
export const nothing = { zh: '无', en: 'none' } as const;

export const headers: Readonly<Record<Column, { readonly zh: string; readonly en: string }>> = {
  deviceId: { zh: '设备编号', en: 'Device' },
  campus: { zh: '校区', en: 'Campus' },
  zone: { zh: '片区', en: 'Zone' },
  building: { zh: '楼栋', en: 'Building' },
  area: { zh: '区域', en: 'Area' },
  cluster: { zh: '集群', en: 'Cluster' },
  upstream: { zh: '上联设备', en: 'Upstream' },
  port: { zh: '端口', en: 'Port' },
  merchantId: { zh: '商户编号', en: 'Merchant no.' },
  merchantName: { zh: '商户名称', en: 'Merchant' },
  validFrom: { zh: '生效日期', en: 'Valid from' },
  validThrough: { zh: '有效期至', en: 'Valid through' },
};

const plain = (text: string): string => text.toLowerCase().replaceAll(/[\s_.]/g, '');

const byName: ReadonlyMap<string, Column> = new Map(
  columns.flatMap((column) => [column, headers[column].zh, headers[column].en].map((name) => [plain(name), column] as const)),
);

export const columnOf = (header: string): Column | undefined => byName.get(plain(header));
