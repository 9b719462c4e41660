/** What a terminal says of itself. */
import { isoText } from './event-store.ts';

const xmlns = 'version="2.0" xmlns="http://www.isapi.org/ver20/XMLSchema"';

export const deviceInfoText = (serial = 'DS-K1T671M20260101V010700ENA00000001'): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<DeviceInfo ${xmlns}><deviceName>7栋东门</deviceName><deviceID>255</deviceID><model>DS-K1T671M</model><serialNumber>${serial}</serialNumber><macAddress>02:00:5e:10:07:01</macAddress><firmwareVersion>V1.7.0</firmwareVersion><firmwareReleasedDate>build 260101</firmwareReleasedDate><deviceType>ACS</deviceType></DeviceInfo>`;

export const statusText = (at: number, upS: number): string =>
  `<DeviceStatus ${xmlns}><currentDeviceTime>${isoText(at)}</currentDeviceTime><deviceUpTime>${upS}</deviceUpTime><CPUList><CPU><cpuDescription>cpu0</cpuDescription><cpuUtilization>23</cpuUtilization></CPU></CPUList><MemoryList><Memory><memoryDescription>DDR</memoryDescription><memoryUsage>181.4</memoryUsage><memoryAvailable>74.1</memoryAvailable></Memory></MemoryList></DeviceStatus>`;

export const timeText = (at: number): string =>
  `<Time ${xmlns}><timeMode>NTP</timeMode><localTime>${isoText(at)}</localTime><timeZone>CST-8:00:00</timeZone></Time>`;

/** The idle sign of life. */
export const heartbeatText = (at: number): string =>
  `<EventNotificationAlert ${xmlns}><ipAddress>127.0.0.1</ipAddress><channelID>1</channelID><dateTime>${isoText(at)}</dateTime><activePostCount>0</activePostCount><eventType>videoloss</eventType><eventState>inactive</eventState><eventDescription>videoloss alarm</eventDescription></EventNotificationAlert>`;

export interface DoorState {
  readonly contactOpen: boolean;
  readonly readerOffline: boolean;
  readonly tampered: boolean;
}

/** Lists are longer or shorter than there are doors, as on the real ones. */
export const workStatus = ({ contactOpen, readerOffline, tampered }: DoorState): Record<string, unknown> => ({
  AcsWorkStatus: {
    doorLockStatus: [0, 0],
    doorStatus: [4, 4],
    magneticStatus: [contactOpen ? 1 : 0],
    cardReaderOnlineStatus: [readerOffline ? 0 : 1, 1],
    hostAntiDismantleStatus: tampered ? 'open' : 'close',
    powerSupplyStatus: 'ACPowerSupply',
    cardNum: 1_204,
  },
});
