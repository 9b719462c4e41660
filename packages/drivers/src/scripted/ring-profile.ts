import { ModbusProfile } from '../modbus/model.ts';

/** The least profile of a ring store, for tests of the driver; the real ones stand under firmware-protocols/. */
export const ringProfile = (options: { readonly recordsPerRun: number }): ModbusProfile =>
  ModbusProfile.parse({
    profile: 'modbus/test/ring',
    version: 1,
    protocol: 'modbus',
    title: { zh: '测试', en: 'Test' },
    kind: 'shower',
    source: 'ring shower data sheet',
    tasks: { live: { periodMs: 5_000 }, records: { periodMs: 5_000 } },
    points: [
      { name: 'flow', label: { zh: '流量', en: 'Flow' }, read: { address: 17, as: 'u16' } },
      { name: 'meter', label: { zh: '水量', en: 'Meter' }, read: { address: 18, as: 'u32' } },
    ],
    store: {
      kind: 'ring',
      capacity: 256,
      recordWords: 257,
      head: 258,
      tail: 259,
      newestRecordNo: 260,
      bootCounter: 262,
      totalRecords: 263,
      totalFen: 265,
      overwrittenRecords: 267,
      storeLife: 268,
      base: 0x1000,
      words: 24,
      check: { kind: 'crc16Modbus', over: 46 },
      recordsPerRun: options.recordsPerRun,
      fields: [
        { field: 'recordNo', at: 0, as: 'u32' },
        { field: 'kindMark', at: 4, as: 'u8' },
        { field: 'cardNo', at: 8, as: 'digits', bytes: 8 },
        { field: 'amount', at: 32, as: 'u32' },
      ],
    },
    records: { kinds: { '0xF1': 'waterHold' }, mode: 'cardOffline', amountFenMax: 10_000 },
  });
