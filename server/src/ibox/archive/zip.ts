import { crc32 } from 'node:zlib';

/** A file, or a folder where `path` ends with a slash. */
export interface ZipEntry {
  /** With slashes, in UTF-8 at most 65,535 bytes. */
  path: string;
  /** Bytes of the file; 0 for a folder. */
  size: number;
  /** ms since the epoch */
  modified: number;
  /** The file's bytes, asked for when its turn comes. */
  read: () => AsyncIterable<Uint8Array>;
}

const most16 = 0xffff;
const most32 = 0xffffffff;
const utf8Flag = 1 << 11;
/** Sizes and checksum follow the bytes. */
const descriptorFlag = 1 << 3;
const version = { plain: 20, zip64: 45 };
const madeByUnix = 3 << 8;
const timeFieldLength = 9;

/**
 * A ZIP archive (APPNOTE 6.3.10), stored rather than compressed, so that its length is known before its bytes and reading is all
 * the work. Beside the bytes under way, only a number and a checksum of each entry are held until the directory at the end.
 * @throws {Error} when a file has other than `size` bytes, and whatever `read` throws: the archive then lacks its directory
 */
export async function* zip(entries: readonly ZipEntry[]): AsyncGenerator<Buffer | Uint8Array, void, void> {
  const offsets: number[] = [];
  const checksums: number[] = [];
  let at = 0;
  for (const entry of entries) {
    offsets.push(at);
    const header = localHeader(entry);
    yield header;
    let checksum = 0;
    let size = 0;
    if (isFile(entry)) {
      for await (const bytes of entry.read()) {
        checksum = crc32(bytes, checksum);
        size += bytes.length;
        if (size > entry.size) break;
        yield bytes;
      }
      if (size !== entry.size) throw new Error(`${entry.path}: ${size} bytes or more instead of ${entry.size}`);
      yield descriptor(entry, checksum);
    }
    checksums.push(checksum);
    at += header.length + entry.size + descriptorLength(entry);
  }
  const start = at;
  for (const [i, entry] of entries.entries()) {
    const record = directoryRecord(entry, offsets[i] as number, checksums[i] as number);
    at += record.length;
    yield record;
  }
  yield endRecords(entries.length, start, at - start);
}

/** The length in bytes of the archive that `zip` makes of them. */
export function zipLength(entries: readonly ZipEntry[]): number {
  let at = 0;
  let directory = 0;
  for (const entry of entries) {
    directory += 46 + Buffer.byteLength(entry.path) + timeFieldLength + directoryZip64(entry, at).length;
    at += 30 + Buffer.byteLength(entry.path) + timeFieldLength + localZip64(entry).length;
    at += entry.size + descriptorLength(entry);
  }
  return at + directory + endRecords(entries.length, at, directory).length;
}

const isFile = (entry: ZipEntry): boolean => !entry.path.endsWith('/');
const isBig = (entry: ZipEntry): boolean => entry.size >= most32;
const descriptorLength = (entry: ZipEntry): number => (isFile(entry) ? (isBig(entry) ? 24 : 16) : 0);

function localHeader(entry: ZipEntry): Buffer {
  const name = Buffer.from(entry.path);
  const zip64 = localZip64(entry);
  const fixed = Buffer.alloc(30);
  fixed.writeUInt32LE(0x04034b50, 0);
  fixed.writeUInt16LE(isBig(entry) ? version.zip64 : version.plain, 4);
  fixed.writeUInt16LE(flagsOf(entry), 6);
  fixed.writeUInt32LE(dosTime(entry.modified), 10);
  fixed.writeUInt32LE(isBig(entry) ? most32 : 0, 18);
  fixed.writeUInt32LE(isBig(entry) ? most32 : 0, 22);
  fixed.writeUInt16LE(name.length, 26);
  fixed.writeUInt16LE(timeFieldLength + zip64.length, 28);
  return Buffer.concat([fixed, name, timeField(entry.modified), zip64]);
}

function descriptor(entry: ZipEntry, checksum: number): Buffer {
  const bytes = Buffer.alloc(descriptorLength(entry));
  bytes.writeUInt32LE(0x08074b50, 0);
  bytes.writeUInt32LE(checksum, 4);
  if (isBig(entry)) {
    bytes.writeBigUInt64LE(BigInt(entry.size), 8);
    bytes.writeBigUInt64LE(BigInt(entry.size), 16);
  } else {
    bytes.writeUInt32LE(entry.size, 8);
    bytes.writeUInt32LE(entry.size, 12);
  }
  return bytes;
}

function directoryRecord(entry: ZipEntry, offset: number, checksum: number): Buffer {
  const name = Buffer.from(entry.path);
  const zip64 = directoryZip64(entry, offset);
  const fixed = Buffer.alloc(46);
  fixed.writeUInt32LE(0x02014b50, 0);
  fixed.writeUInt16LE(madeByUnix | version.zip64, 4);
  fixed.writeUInt16LE(zip64.length > 0 ? version.zip64 : version.plain, 6);
  fixed.writeUInt16LE(flagsOf(entry), 8);
  fixed.writeUInt32LE(dosTime(entry.modified), 12);
  fixed.writeUInt32LE(checksum, 16);
  fixed.writeUInt32LE(Math.min(entry.size, most32), 20);
  fixed.writeUInt32LE(Math.min(entry.size, most32), 24);
  fixed.writeUInt16LE(name.length, 28);
  fixed.writeUInt16LE(timeFieldLength + zip64.length, 30);
  // Unix mode in the upper half; the lower half is MS-DOS's directory bit.
  fixed.writeUInt32LE(isFile(entry) ? (0o100644 << 16) >>> 0 : ((0o40755 << 16) | 0x10) >>> 0, 38);
  fixed.writeUInt32LE(Math.min(offset, most32), 42);
  return Buffer.concat([fixed, name, timeField(entry.modified), zip64]);
}

function endRecords(count: number, start: number, length: number): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Math.min(count, most16), 8);
  end.writeUInt16LE(Math.min(count, most16), 10);
  end.writeUInt32LE(Math.min(length, most32), 12);
  end.writeUInt32LE(Math.min(start, most32), 16);
  if (count < most16 && start < most32 && length < most32) return end;
  const end64 = Buffer.alloc(56);
  end64.writeUInt32LE(0x06064b50, 0);
  end64.writeBigUInt64LE(44n, 4);
  end64.writeUInt16LE(madeByUnix | version.zip64, 12);
  end64.writeUInt16LE(version.zip64, 14);
  end64.writeBigUInt64LE(BigInt(count), 24);
  end64.writeBigUInt64LE(BigInt(count), 32);
  end64.writeBigUInt64LE(BigInt(length), 40);
  end64.writeBigUInt64LE(BigInt(start), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(start + length), 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([end64, locator, end]);
}

const flagsOf = (entry: ZipEntry): number => utf8Flag | (isFile(entry) ? descriptorFlag : 0);

/** Tells readers of the stream that the descriptor has 64-bit sizes. */
const localZip64 = (entry: ZipEntry): Buffer => (isBig(entry) ? zip64Field([0, 0]) : Buffer.alloc(0));

function directoryZip64(entry: ZipEntry, offset: number): Buffer {
  const values = [...(isBig(entry) ? [entry.size, entry.size] : []), ...(offset >= most32 ? [offset] : [])];
  return values.length > 0 ? zip64Field(values) : Buffer.alloc(0);
}

function zip64Field(values: number[]): Buffer {
  const field = Buffer.alloc(4 + values.length * 8);
  field.writeUInt16LE(1, 0);
  field.writeUInt16LE(values.length * 8, 2);
  for (const [i, value] of values.entries()) field.writeBigUInt64LE(BigInt(value), 4 + i * 8);
  return field;
}

/** Info-ZIP's "UT": the time in seconds, which MS-DOS's time below has neither exactly nor by a zone. */
function timeField(modified: number): Buffer {
  const field = Buffer.alloc(timeFieldLength);
  field.writeUInt16LE(0x5455, 0);
  field.writeUInt16LE(timeFieldLength - 4, 2);
  field.writeUInt8(1, 4);
  field.writeInt32LE(Math.min(Math.floor(modified / 1000), 0x7fffffff), 5);
  return field;
}

function dosTime(modified: number): number {
  const time = new Date(modified);
  const year = time.getUTCFullYear();
  if (year < 1980) return (1 << 21) | (1 << 16);
  if (year > 2107) return 0xff9fbf7d;
  const date = ((year - 1980) << 9) | ((time.getUTCMonth() + 1) << 5) | time.getUTCDate();
  const clock = (time.getUTCHours() << 11) | (time.getUTCMinutes() << 5) | (time.getUTCSeconds() >> 1);
  return date * 0x10000 + clock;
}
