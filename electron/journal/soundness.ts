/**
 * What SQLite does not notice of a journal's files: one that is empty, or whose WAL is gone or damaged, it takes for sound, and what
 * was written is forgotten without a word. Looked at before SQLite opens them, for it puts away what it cannot use.
 */
import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';

/** https://sqlite.org/fileformat2.html#the_database_header */
const magic = 'SQLite format 3\0';

export function backupOf(file: string): string {
  return `${file}.backup`;
}

/** Why nothing can be read from the file itself; null: SQLite may look at it. A first start is null too. */
export function damageOfFile(file: string): string | null {
  const size = sizeOf(file);
  if (size > 0) return beginning(file, magic.length).toString('latin1') === magic ? null : 'it is no journal';
  // Where there is a backup, or changes that belong to it, something was there.
  const known = sizeOf(backupOf(file)) > 0 || sizeOf(walOf(file)) > 0;
  if (!known) return null;
  return existsSync(file) ? 'it is empty' : 'it is missing';
}

/**
 * Whether changes that were in the journal can no longer be read, so that it says again what was so before: its WAL is gone, or
 * damaged before its end. A last change that a power cut has torn is not meant: nothing has followed from it.
 */
export function hasLostChanges(file: string): boolean {
  const wal = walOf(file);
  // SQLite removes its -shm before the WAL, and both only where all is in the file: somebody else has taken this WAL away.
  if (!existsSync(wal)) return existsSync(`${file}-shm`);
  return isWalDamaged(wal);
}

export function walOf(file: string): string {
  return `${file}-wal`;
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function beginning(file: string, length: number): Buffer {
  const descriptor = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(length);
    return bytes.subarray(0, readSync(descriptor, bytes));
  } finally {
    closeSync(descriptor);
  }
}

/** bytes. https://sqlite.org/fileformat2.html#the_write_ahead_log */
const headers = { wal: 32, frame: 24 };

/** A frame counts where its checksum goes on from that of the one before; salts tell those of this WAL from older ones. */
function isWalDamaged(wal: string): boolean {
  if (sizeOf(wal) <= headers.wal) return false;
  const descriptor = openSync(wal, 'r');
  try {
    const head = Buffer.alloc(headers.wal);
    readSync(descriptor, head);
    const sum = checksums(head.readUInt32BE(0));
    if (sum === null) return true;
    let so = sum([0, 0], head.subarray(0, 24));
    if (!isSum(so, head, 24)) return true;
    const frame = Buffer.alloc(headers.frame + head.readUInt32BE(8));
    let sound = true;
    while (readSync(descriptor, frame) === frame.length) {
      const isOurs = frame.compare(head, 16, 24, 8, 16) === 0;
      if (sound) {
        so = sum(sum(so, frame.subarray(0, 8)), frame.subarray(headers.frame));
        sound = isOurs && isSum(so, frame, 16);
      }
      const endsChange = frame.readUInt32BE(4) > 0;
      if (!sound && isOurs && endsChange) return true;
    }
    return false;
  } finally {
    closeSync(descriptor);
  }
}

type Sum = readonly [number, number];

/** By the byte order that the magic number names; null: it names none. */
function checksums(number: number): ((before: Sum, bytes: Buffer) => Sum) | null {
  if (number !== 0x377f0682 && number !== 0x377f0683) return null;
  const littleEndian = number === 0x377f0682;
  return ([first, second], bytes) => {
    const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let at = 0; at < bytes.length; at += 8) {
      first = (first + words.getUint32(at, littleEndian) + second) >>> 0;
      second = (second + words.getUint32(at + 4, littleEndian) + first) >>> 0;
    }
    return [first, second];
  };
}

function isSum([first, second]: Sum, bytes: Buffer, at: number): boolean {
  return bytes.readUInt32BE(at) === first && bytes.readUInt32BE(at + 4) === second;
}
