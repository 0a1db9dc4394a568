/**
 * What is at a backend already, for those who list it, read it, share it or delete it: each kind of backend has another part of
 * that, and here is what there is of it, with words for what there is not.
 */
import { SidelineError } from '../../shared/errors.ts';
import { broker as words } from '../../shared/strings/broker.ts';
import { errorFromNetwork } from '../storage/s3-errors.ts';
import type { Content } from './api.ts';
import type { Broker } from './broker.ts';
import type { BrokerFile, Link, ListQuery } from './kind.ts';
import type { FileRef } from './place.ts';

/** How a file can be read: through the backend, by a link that it gives, at its public address, or not at all. */
export type WayToRead = 'backend' | 'link' | 'address' | 'none';

export function wayToRead(broker: Broker, ref: FileRef): WayToRead {
  if (broker.read !== null && isKnown(broker, ref)) return 'backend';
  if (broker.link !== null && isKnown(broker, ref)) return 'link';
  return ref.publicUrl === null ? 'none' : 'address';
}

/** Whether the backend can be asked about this file: some know files by the id of a record, some by their key. */
export function isKnown({ abilities }: Pick<Broker, 'abilities'>, { id, key }: FileRef): boolean {
  const byRecord = abilities.kind === 'upload-module' || abilities.kind === 'plugs';
  return byRecord ? id !== null : key !== null;
}

/** Whether `linkTo` and `removeOverBroker` would ask the backend. */
export function canBeDone(broker: Broker, ref: FileRef): { link: boolean; remove: boolean } {
  const known = isKnown(broker, ref);
  return { link: known && broker.link !== null, remove: known && broker.remove !== null };
}

/** of a link that is used at once. s */
const briefly = 300;

/**
 * Opens a file for reading: the body is still to be read (`piecesOf`), or destroyed. `range` as in HTTP (bytes=0-99); null: the
 * whole. Throws `unsupported` where there is no way, `broker-missing` or `object-missing` where the file is not there, and what
 * the backend, the storage and the network can cause.
 */
export async function openFile(
  broker: Broker,
  ref: FileRef,
  range: string | null,
  signal: AbortSignal,
): Promise<Content> {
  const way = wayToRead(broker, ref);
  if (way === 'backend' && broker.read !== null) return await broker.read(ref, range, signal);
  const url = way === 'link' ? (await linkTo(broker, ref, briefly, signal)).url : ref.publicUrl;
  if (url === null) throw new SidelineError('unsupported', { subject: words.reading.noReading });
  return await broker.openAddress(url, range, signal);
}

/**
 * The bytes of what was opened, as they come; `signal` is that with which it was opened. Throws `connection-lost` and the like where
 * they end before their time, and the signal's reason. Who stops reading closes the connection.
 */
export async function* piecesOf(content: Content, host: string, signal: AbortSignal): AsyncGenerator<Buffer, void> {
  let read = 0;
  try {
    for await (const piece of content.body as AsyncIterable<Buffer>) {
      read += piece.length;
      yield piece;
    }
  } catch (error) {
    signal.throwIfAborted();
    throw errorFromNetwork(error, { operation: 'download', bucket: '', host });
  } finally {
    content.body.destroy();
  }
  if (content.size !== null && read < content.size)
    throw new SidelineError('connection-lost', { operation: 'download' });
}

/** A link that whoever has it can open; `lifetime` in seconds, where it can be chosen. Throws `unsupported`, and as the kind. */
export async function linkTo(broker: Broker, ref: FileRef, lifetime: number, signal: AbortSignal): Promise<Link> {
  if (broker.link !== null && isKnown(broker, ref)) return await broker.link(ref, lifetime, signal);
  throw new SidelineError('unsupported', { subject: words.reading.noLinks });
}

/**
 * Deletes the object, and the record where the backend has one. `gone`: it was not there. Done again it changes nothing. Throws
 * `unsupported` where the backend cannot delete, and as the kind.
 */
export async function removeOverBroker(broker: Broker, ref: FileRef, signal: AbortSignal): Promise<'removed' | 'gone'> {
  if (broker.remove !== null && isKnown(broker, ref)) return await broker.remove(ref, signal);
  throw new SidelineError('unsupported', { subject: words.reading.noRemoval });
}

export interface Listing {
  /** of the backend's calls: event_id */
  values: Readonly<Record<string, string>>;
  /** media type; null: all. Only where the backend lists by type */
  type: string | null;
  /** Only where it lists by prefix. */
  prefix: string;
  /** at most so many files; Infinity: all */
  most: number;
  /** files of one page, 1 to 1,000 */
  pageSize?: number;
}

const usualPage = 100;
/** What one call of a backend that has no pages can give at most. */
const mostAtOnce = 1000;

/**
 * All that a backend lists, page by page as they are asked for; `more`: there are others that it does not give. Throws
 * `unsupported` where it has no list, and as the kind.
 */
export async function* listFiles(
  broker: Broker,
  { values, type, prefix, most, pageSize = usualPage }: Listing,
  signal: AbortSignal,
): AsyncGenerator<{ files: BrokerFile[]; more: boolean }, void> {
  const { list, abilities } = broker;
  if (list === null) throw new SidelineError('unsupported', { subject: words.reading.noList });
  const query = { values, type, prefix } satisfies Omit<ListQuery, 'skip' | 'limit'>;
  if (abilities.lists === 'by-prefix') {
    yield await list({ ...query, skip: 0, limit: Math.min(most, mostAtOnce) }, signal);
    return;
  }
  const seen = new Set<string | null>();
  for (let skip = 0; skip < most; skip += pageSize) {
    const page = await list({ ...query, skip, limit: Math.min(pageSize, most - skip) }, signal);
    const [first] = page.files;
    if (first === undefined || seen.has(first.id)) return; // a backend that has no pages gives the same again
    seen.add(first.id);
    yield page;
    if (!page.more) return;
  }
}
