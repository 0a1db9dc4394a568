/** One file of a backend as one file of this computer, and what is known of its content. */
import { createReadStream } from 'node:fs';
import { lstat, utimes } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { SidelineError } from '../../shared/errors.ts';
import { asTargetError } from '../admin/download/target-errors.ts';
import type { Patience } from '../admin/patience.ts';
import type { Broker } from '../broker/broker.ts';
import type { BrokerFile } from '../broker/kind.ts';
import { openFile, piecesOf } from '../broker/reading.ts';
import type { Bandwidth } from '../engine/upload/bandwidth.ts';
import { compareReceipt } from '../engine/verify/compare-receipt.ts';
import { writeReceived } from '../engine/write-received.ts';
import type { Journal } from '../journal/journal.ts';
import { senderOf } from './backend-files.ts';
import type { TaskOutput } from './task-output.ts';
import { systemCode } from '../system-code.ts';

interface Content {
  /** bytes */
  size: number;
  crc32: number;
}

/** With what this computer has sent there; `unknown`: another one did, or it keeps too little of it. */
type Compared = 'same' | 'different' | 'unknown';

export interface Fetching {
  broker: Broker;
  patience: Patience;
  output: TaskOutput;
  bandwidth: Bandwidth;
  overwrite: boolean;
  compare(file: BrokerFile, content: Content): Compared;
}

export function sentContents(journal: Journal | null, connectionId: number): Fetching['compare'] {
  const sender = senderOf(journal, connectionId);
  return (file, content) => {
    const transferId = sender(file);
    const receipt = transferId === null ? null : (journal?.receipt(transferId) ?? null);
    if (receipt === null) return 'unknown';
    const { outcome } = compareReceipt(receipt, { ...content, etag: '' });
    return outcome === 'same' || outcome === 'different' ? outcome : 'unknown';
  };
}

export interface Fetched {
  /** bytes */
  size: number;
  /** The file was there already, with this content. */
  skipped: boolean;
  compared: Compared;
}

/**
 * `target`: absolute. Throws `target-exists` where another file has that name and is not to be replaced, and what the backend, the
 * network and the disk can cause; no half of it is left.
 */
export async function fetchTo(target: string, file: BrokerFile, fetching: Fetching): Promise<Fetched> {
  const { output, overwrite, compare } = fetching;
  const there = overwrite ? null : await sizeAt(target);
  if (there !== null && (there === notFile || (file.size ?? there) !== there))
    throw new SidelineError('target-exists', { subject: target });
  let moved = 0;
  async function* coming(): AsyncGenerator<Buffer, void> {
    for await (const piece of contentOf(file, fetching)) {
      moved += piece.length;
      output.report.moved(piece.length);
      yield piece;
    }
  }
  try {
    const content = there === null ? await writeReceived(target, coming()) : await measured(coming());
    if (there !== null && !isEqual(content, await measured(createReadStream(target))))
      throw new SidelineError('target-exists', { subject: target });
    const created = Date.parse(file.createdAt ?? '');
    if (there === null && !Number.isNaN(created)) await utimes(target, new Date(), new Date(created));
    return { size: content.size, skipped: there !== null, compared: compare(file, content) };
  } catch (error) {
    output.report.moved(-moved);
    throw error;
  }
}

async function* contentOf(file: BrokerFile, { broker, patience, bandwidth }: Fetching): AsyncGenerator<Buffer, void> {
  const content = await openFile(broker, file, null, patience.signal);
  for await (const piece of piecesOf(content, broker.host, patience.signal)) {
    patience.moved();
    await bandwidth.take(piece.length, patience.signal);
    yield piece;
  }
}

async function measured(pieces: AsyncIterable<Buffer>): Promise<Content> {
  const content = { size: 0, crc32: 0 };
  for await (const piece of pieces) {
    content.size += piece.length;
    content.crc32 = crc32(piece, content.crc32);
  }
  return content;
}

const isEqual = (one: Content, other: Content): boolean => one.size === other.size && one.crc32 === other.crc32;

const notFile = -1;

/** null: nothing has that name */
async function sizeAt(target: string): Promise<number | null> {
  try {
    const found = await lstat(target);
    return found.isFile() ? found.size : notFile;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw asTargetError(error, target);
  }
}
