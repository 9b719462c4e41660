import { escapeXml } from '../web/xml.core.ts';
import type { ServiceName } from './soap.core.ts';

/** A request: action (its SOAP action), body, and the element that answers it. Nothing here changes anything on a device but our own subscription. */
export interface OnvifRequest {
  readonly service: ServiceName;
  readonly action: string;
  readonly body: string;
  readonly answer: string;
}

const device = (name: string, body: string): OnvifRequest => ({
  service: 'device',
  action: `http://www.onvif.org/ver10/device/wsdl/${name}`,
  body,
  answer: `${name}Response`,
});

const limit = 16;
const start = (reference: string | undefined, prefix: string): string =>
  reference === undefined ? '' : `<${prefix}:StartReference>${escapeXml(reference)}</${prefix}:StartReference>`;

export const requests = {
  clock: device('GetSystemDateAndTime', '<tds:GetSystemDateAndTime/>'),
  services: device('GetServices', '<tds:GetServices><tds:IncludeCapability>false</tds:IncludeCapability></tds:GetServices>'),
  information: device('GetDeviceInformation', '<tds:GetDeviceInformation/>'),
  subscribe: (leaseS: number): OnvifRequest => ({
    service: 'events',
    action: 'http://www.onvif.org/ver10/events/wsdl/EventPortType/CreatePullPointSubscriptionRequest',
    body: `<tev:CreatePullPointSubscription><tev:InitialTerminationTime>PT${leaseS}S</tev:InitialTerminationTime></tev:CreatePullPointSubscription>`,
    answer: 'CreatePullPointSubscriptionResponse',
  }),
  pull: (waitS: number, messages: number): OnvifRequest => ({
    service: 'events',
    action: 'http://www.onvif.org/ver10/events/wsdl/PullPointSubscription/PullMessagesRequest',
    body: `<tev:PullMessages><tev:Timeout>PT${waitS}S</tev:Timeout><tev:MessageLimit>${messages}</tev:MessageLimit></tev:PullMessages>`,
    answer: 'PullMessagesResponse',
  }),
  renew: (leaseS: number): OnvifRequest => ({
    service: 'events',
    action: 'http://docs.oasis-open.org/wsn/bw-2/SubscriptionManager/RenewRequest',
    body: `<wsnt:Renew><wsnt:TerminationTime>PT${leaseS}S</wsnt:TerminationTime></wsnt:Renew>`,
    answer: 'RenewResponse',
  }),
  unsubscribe: {
    service: 'events',
    action: 'http://docs.oasis-open.org/wsn/bw-2/SubscriptionManager/UnsubscribeRequest',
    body: '<wsnt:Unsubscribe/>',
    answer: 'UnsubscribeResponse',
  } satisfies OnvifRequest,
  doors: (reference: string | undefined): OnvifRequest => ({
    service: 'doorcontrol',
    action: 'http://www.onvif.org/ver10/doorcontrol/wsdl/GetDoorInfoList',
    body: `<tdc:GetDoorInfoList><tdc:Limit>${limit}</tdc:Limit>${start(reference, 'tdc')}</tdc:GetDoorInfoList>`,
    answer: 'GetDoorInfoListResponse',
  }),
  accessPoints: (reference: string | undefined): OnvifRequest => ({
    service: 'accesscontrol',
    action: 'http://www.onvif.org/ver10/accesscontrol/wsdl/GetAccessPointInfoList',
    body: `<tac:GetAccessPointInfoList><tac:Limit>${limit}</tac:Limit>${start(reference, 'tac')}</tac:GetAccessPointInfoList>`,
    answer: 'GetAccessPointInfoListResponse',
  }),
  doorState: (token: string): OnvifRequest => ({
    service: 'doorcontrol',
    action: 'http://www.onvif.org/ver10/doorcontrol/wsdl/GetDoorState',
    body: `<tdc:GetDoorState><tdc:Token>${escapeXml(token)}</tdc:Token></tdc:GetDoorState>`,
    answer: 'GetDoorStateResponse',
  }),
} as const;
