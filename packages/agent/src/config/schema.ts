/** The agent's YAML: what may stand in it. All else (messages, sample, table in the README) is derived from here. */
import { AgentId, DeviceId, Place, ProfileName, SiteId } from '@cardwatch/contracts';
import { ModbusConnection } from '@cardwatch/drivers';
import { z } from 'zod';

export const configLimits = { fileBytes: 1024 * 1024, links: 256, devices: 4_000, secretsBytes: 16 * 1024 } as const;

const file = z.string().min(1).max(1_024);
export const LinkName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/);
const name = LinkName.describe('线路名，设备以此引用 Name that devices refer to');

// A link is how a driver reaches a device, without the device's own number on it.
const [modbusTcp, rtuOverTcp, serial] = ModbusConnection.options;
export const LinkYaml = z.discriminatedUnion('kind', [
  modbusTcp.omit({ unit: true }).extend({ name }),
  rtuOverTcp.omit({ unit: true }).extend({ name }),
  serial.omit({ unit: true }).extend({ name }),
]);
export type LinkYaml = z.infer<typeof LinkYaml>;

/** Link kinds that a protocol can be spoken over. */
export const linkKindsOf: Readonly<Record<string, readonly LinkYaml['kind'][]>> = {
  modbus: ['modbusTcp', 'rtuOverTcp', 'serial'],
};

export const DeviceYaml = z.strictObject({
  id: DeviceId.describe('设备编号，全装置唯一 Id of the device, unique in the whole installation'),
  name: z.string().min(1).max(64).describe('显示名称 Name on the screens'),
  profile: ProfileName.describe('设备型号档案 Folder under firmware-protocols'),
  link: LinkName.describe('所在线路 Name of a link above'),
  unit: z.int().min(1).max(247).describe('线路上的地址 Unit number on the link'),
  place: Place.describe('位置：校区、区、楼、区域 Where it stands'),
  maintenance: z.boolean().optional().describe('维护中，不告警 Under maintenance, raises no alarm'),
});
export type DeviceYaml = z.infer<typeof DeviceYaml>;

const CollectorYaml = z.strictObject({
  url: z
    .string()
    .max(300)
    .regex(/^mqtts?:\/\/[A-Za-z0-9.-]+(?::\d{1,5})?$/)
    .describe('采集服务器 MQTT 地址 Broker of the collector'),
  caFile: file.optional().describe('服务器证书的签发证书 PEM CA of the broker certificate, with mqtts'),
  firstConnectMs: z
    .int()
    .min(0)
    .max(600_000)
    .default(30_000)
    .describe('上电后首次连接的随机延迟上限 First connect after start: random within this'),
});

const StatusYaml = z.strictObject({
  host: z.enum(['127.0.0.1', '::1']).default('127.0.0.1').describe('仅限本机 Loopback only'),
  port: z.int().min(0).max(65_535).default(8_491).describe('本地状态页端口 Port of the local status page; 0: any free one'),
});

export const AgentYaml = z.strictObject({
  site: SiteId.describe('站点 Site, as enrolled'),
  agent: AgentId.describe('采集器编号 Id of this agent, as enrolled'),
  secrets: file.describe('密钥文件，权限 0600 Secrets file made by `cardwatch-collector agent add`, mode 0600'),
  data: file.describe('日志与状态的数据目录 Folder of journal and cursors'),
  collector: CollectorYaml.describe('采集服务器 The collector'),
  status: StatusYaml.prefault({}).describe('本地状态页 Local status page'),
  links: z.array(LinkYaml).min(1).max(configLimits.links).describe('线路 Links to the devices'),
  devices: z.array(DeviceYaml).min(1).max(configLimits.devices).describe('设备 Devices on the links'),
});
export type AgentYaml = z.infer<typeof AgentYaml>;

/** What the driver of a device on this link is opened with, before its own schema has judged it. */
export function connectionOf(link: LinkYaml, unit: number): Record<string, unknown> {
  return Object.fromEntries([...Object.entries(link).filter(([key]) => key !== 'name'), ['unit', unit]]);
}

const hex256 = z.string().regex(/^[0-9a-f]{64}$/);

/** Made by `cardwatch-collector agent add`; never shown, not even in a message about itself. */
export const SecretsYaml = z.strictObject({
  site: SiteId,
  agent: AgentId,
  mqttSecret: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  siteKey: hex256,
  dataKeyId: z.string().regex(/^[a-z0-9]{1,16}$/),
  dataKey: hex256,
});
export type SecretsYaml = z.infer<typeof SecretsYaml>;
