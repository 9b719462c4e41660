/**
 * The agent's YAML: what may stand in it. All else (messages, sample, table in the README) is derived from here. What stands in a link, and what a
 * device adds to it, comes from the protocols of the registry.
 */
import { AgentId, DeviceId, Place, ProfileName, SiteId } from '@cardwatch/contracts';
import type { LinkShape } from '@cardwatch/drivers';
import { z } from 'zod';
import { WatchCollectorYaml } from '../second-watch/settings.ts';
import { deviceKeys, type LinkCatalogue, linkKinds } from './protocols.ts';

export const configLimits = {
  fileBytes: 1024 * 1024,
  links: 256,
  devices: 4_000,
  secretsBytes: 16 * 1024,
  credentialsBytes: 16 * 1024,
  parents: 8,
} as const;

const file = z.string().min(1).max(1_024);
export const LinkName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/);
const name = LinkName.describe('线路名，设备以此引用 Name that devices refer to');
const credentials = file
  .optional()
  .describe('凭据文件，权限 0600，内容见协议说明 File with user, password or key, mode 0600; its content as the protocol has it');

/** A link, and what its kind adds. */
export interface LinkYaml {
  readonly name: string;
  readonly kind: string;
  readonly credentials?: string | undefined;
  readonly [key: string]: unknown;
}

/** Links of all kinds of the catalogue, told apart by `kind`. */
export function linkSchema(catalogue: LinkCatalogue): z.ZodType<LinkYaml> {
  const options = linkKinds(catalogue).map((each) =>
    each.link.extend(each.credentials === undefined ? { name } : { name, credentials }),
  );
  const [first, ...rest] = options;
  // Each option is a strict object with `kind` as a literal, as LinkShape promises, and with the name added here.
  return z.discriminatedUnion('kind', [first, ...rest] as never) as unknown as z.ZodType<LinkYaml>;
}

const deviceHead = {
  id: DeviceId.describe('设备编号，全装置唯一 Id of the device, unique in the whole installation'),
  name: z.string().min(1).max(64).describe('显示名称 Name on the screens'),
  profile: ProfileName.describe('设备型号档案 Folder under firmware-protocols'),
  link: LinkName.describe('所在线路 Name of a link above'),
};

const deviceTail = {
  place: Place.describe('位置：校区、区、楼、区域 Where it stands'),
  maintenance: z.boolean().optional().describe('维护中，不告警 Under maintenance, raises no alarm'),
  parents: z
    .array(DeviceId)
    .max(configLimits.parents)
    .optional()
    .describe('上级设备编号，如交换机 Ids of devices that it is reached through, e.g. its switch'),
  identity: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .describe('应有的序列号，不符则不采集 Serial number that it must show; another one is not collected from'),
};

/** What every device says, whatever its protocol. */
export const DeviceCommon = z.looseObject({ ...deviceHead, ...deviceTail });
export type DeviceYaml = Readonly<z.infer<typeof DeviceCommon>>;

/** A device whose link and protocol have one of these shapes. */
export const deviceSchema = (shapes: readonly LinkShape[]): z.ZodType<DeviceYaml> =>
  z.strictObject({ ...deviceHead, ...deviceKeys(shapes), ...deviceTail }) as unknown as z.ZodType<DeviceYaml>;

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

/** All but links and devices. */
export const AgentCommon = z.strictObject({
  site: SiteId.describe('站点 Site, as enrolled'),
  agent: AgentId.describe('采集器编号 Id of this agent, as enrolled'),
  secrets: file.describe('密钥文件，权限 0600 Secrets file made by `cardwatch-collector agent add`, mode 0600'),
  data: file.describe('日志与状态的数据目录 Folder of journal and cursors'),
  collector: CollectorYaml.describe('采集服务器 The collector'),
  status: StatusYaml.prefault({}).describe('本地状态页 Local status page'),
  watchCollector: WatchCollectorYaml.optional().describe(
    '看护收集服务器，失联时由本采集器自行通知 Watches the collector and tells by itself when it is lost; left out: does not',
  ),
});

export interface AgentYaml extends Readonly<z.infer<typeof AgentCommon>> {
  readonly links: readonly LinkYaml[];
  readonly devices: readonly DeviceYaml[];
}

/** The whole file. What a device may say depends on its link and profile: `device` is its schema here, a wider one than the true one. */
export const agentSchema = (link: z.ZodType<LinkYaml>, device: z.ZodType): z.ZodType<AgentYaml> =>
  AgentCommon.extend({
    links: z.array(link).min(1).max(configLimits.links).describe('线路 Links to the devices'),
    devices: z.array(device).min(1).max(configLimits.devices).describe('设备 Devices on the links'),
  }) as unknown as z.ZodType<AgentYaml>;

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
