function reflectedTable(polynomial: number): Uint32Array {
  const table = new Uint32Array(256);
  for (let i = 0; i < 256; i++) {
    let value = i;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ polynomial : value >>> 1;
    table[i] = value >>> 0;
  }
  return table;
}

const crc16Table = reflectedTable(0xa001);
const crc32cTable = reflectedTable(0x82f63b78);

/** CRC-16/MODBUS (poly 8005 reflected, init FFFF); check value of "123456789" is 4B37. Low byte goes first on the wire. */
export function crc16Modbus(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (crc16Table[(crc ^ byte) & 0xff] as number);
  return crc;
}

/** CRC-32C (Castagnoli); check value of "123456789" is E3069283. `seed` continues an earlier result. */
export function crc32c(bytes: Uint8Array, seed = 0): number {
  let crc = ~seed >>> 0;
  for (let i = 0; i < bytes.length; i++) crc = (crc >>> 8) ^ (crc32cTable[(crc ^ (bytes[i] as number)) & 0xff] as number);
  return ~crc >>> 0;
}
