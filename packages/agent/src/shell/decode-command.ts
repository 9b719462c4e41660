/** `cardwatch-agent decode`: takes bytes apart with a driver's own codec, without a device. */
import { readFile, stat } from 'node:fs/promises';
import {
  type CommonProfile,
  type Decoded,
  type DecodeInput,
  decodeLimits,
  decodeProfiles,
  type Decoder,
  decoders,
  describeProfileFailure,
} from '@cardwatch/drivers';
import { err, fromHex, ok, type Result, toHex } from '@cardwatch/kernel';
import { Command } from 'commander';
import { configDoor } from './config-door.ts';
import { exitCodes } from './environment.ts';

const exitText =
  '退出码 exit codes: 0 全部解出 all of it decoded; 1 有拒绝或无帧 something rejected, or no frame; 2 用法错误 asked wrongly';
const chunksMax = 10_000;

interface Asked {
  readonly protocol: string;
  readonly hex?: string;
  readonly chunks?: string;
  readonly file?: string;
  readonly profile?: string;
  readonly contentType?: string;
}

export const decodeCommand = (): Command =>
  new Command('decode')
    .description('解码报文，输出一个 JSON 文档 take bytes apart and print one JSON document')
    .requiredOption('-p, --protocol <name>', `协议 one of: ${[...decoders.keys()].sort().join(', ')}`)
    .option('--hex <hex>', '十六进制 the bytes in hex; white space, colons and 0x allowed')
    .option('--chunks <hex,hex>', '分段的十六进制 the same in pieces, as they came')
    .option('--file <file>', '文件 a file with the bytes as they are, or with hex digits as text')
    .option('--profile <name>', '型号档案，如 e.g. modbus/cardwatch/ring-shower；none: 不用码表 no code table')
    .option('--content-type <type>', 'HTTP Content-Type of the message that carried it')
    .addHelpText('after', `\n${exitText}`)
    .action(async (asked: Asked) => {
      process.exitCode = await decode(asked);
    });

async function decode(asked: Asked): Promise<number> {
  const open = decoders.get(asked.protocol);
  if (open === undefined)
    return wrong(`没有协议 no protocol ${asked.protocol}；已知 known: ${[...decoders.keys()].sort().join(', ')}`);
  const chunks = await chunksOf(asked);
  if (!chunks.ok) return wrong(chunks.error);
  const profile = await profileOf(asked.profile ?? decodeProfiles.get(asked.protocol));
  if (!profile.ok) return wrong(profile.error);
  const { contentType } = asked;
  const decoded = decodeSafely(await open(), {
    chunks: chunks.value,
    ...(profile.value === undefined ? {} : { profile: profile.value }),
    ...(contentType === undefined ? {} : { contentType }),
  });
  console.log(JSON.stringify(decoded, jsonValue, 2));
  return decoded.frames.length > 0 && decoded.rejected.length === 0 ? 0 : exitCodes.notWell;
}

/** A decoder never throws; one that does all the same is told as what it is, without a stack trace. */
function decodeSafely(decoder: Decoder, input: DecodeInput): Decoded {
  try {
    return decoder(input);
  } catch (error) {
    const reason = `the decoder failed: ${error instanceof Error ? error.message : String(error)}`;
    return { frames: [], observations: [], rejected: [{ atByte: 0, reason }] };
  }
}

function wrong(text: string): number {
  console.error(text);
  return exitCodes.badConfig;
}

async function chunksOf({ hex, chunks, file }: Asked): Promise<Result<readonly Uint8Array[], string>> {
  if ([hex, chunks, file].filter((given) => given !== undefined).length !== 1)
    return err('恰好给出其一 give one of --hex, --chunks, --file');
  if (file !== undefined) return bytesOf(file);
  const parts = chunks === undefined ? [hex ?? ''] : chunks.split(',');
  if (parts.length > chunksMax) return err(`最多 ${chunksMax} 段 at most ${chunksMax} chunks`);
  if (parts.reduce((sum, part) => sum + part.length, 0) / 2 > decodeLimits.inputBytes) return tooLarge;
  const read: Uint8Array[] = [];
  for (const [index, part] of parts.entries()) {
    const bytes = bytesOfHex(part);
    if (!bytes.ok) return err(`第 ${index + 1} 段：chunk ${index + 1} ${bytes.error}`);
    read.push(bytes.value);
  }
  return ok(read);
}

/** Hex digits in either case, with white space, colons and `0x` before a byte or before all. */
function bytesOfHex(text: string): Result<Uint8Array, string> {
  const digits = text.replace(/(^|[\s:])0x/gi, '$1').replace(/[\s:]/g, '');
  const other = /[^0-9a-f]/i.exec(digits);
  if (other !== null) return err(`不是十六进制 is not hex: ${JSON.stringify(other[0])} at digit ${other.index + 1}`);
  const bytes = fromHex(digits);
  return bytes === undefined ? err(`位数为奇数 has an odd number of hex digits: ${digits.length}`) : ok(bytes);
}

const tooLarge = err(`最多 ${decodeLimits.inputBytes} 字节 at most ${decodeLimits.inputBytes} bytes`);

async function bytesOf(file: string): Promise<Result<readonly Uint8Array[], string>> {
  try {
    if ((await stat(file)).size > decodeLimits.inputBytes) return tooLarge;
    const bytes = new Uint8Array(await readFile(file));
    const hex = hexTextIn(bytes);
    if (hex === undefined) return ok([bytes]);
    console.error(`${file}：按十六进制文本读取 holds hex digits as text, read as the ${hex.length} bytes that they say`);
    return ok([hex]);
  } catch (error) {
    return err(`${file}: ${error instanceof Error && 'code' in error ? String(error.code) : String(error)}`);
  }
}

/** Bytes of a file that holds nothing but hex digits and white space: a capture that was pasted as text. No protocol looks like that. */
function hexTextIn(bytes: Uint8Array): Uint8Array | undefined {
  const isText = bytes.length >= 8 && bytes.every((byte) => byte < 0x80);
  const text = isText ? new TextDecoder().decode(bytes) : '';
  if (!/^\s*(0x)?[0-9a-f]{2}[0-9a-fx\s]*$/i.test(text)) return undefined;
  const read = bytesOfHex(text);
  return read.ok ? read.value : undefined;
}

async function profileOf(name: string | undefined): Promise<Result<CommonProfile | undefined, string>> {
  if (name === undefined || name === 'none') return ok(undefined);
  const names = await configDoor.profileNames();
  if (!names.includes(name)) return err(`没有型号档案 no profile ${name}；已知 known: ${names.join(', ')}`);
  const loaded = await configDoor.profile(name);
  return loaded.ok ? loaded : err(describeProfileFailure(loaded.error));
}

/** Numbers beyond 2^53 and bytes have no place in JSON: decimal text and hex. */
const jsonValue = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? String(value) : value instanceof Uint8Array ? toHex(value) : value;
