/** Many objects to other keys: copied, or moved. What was done stays done; begun again it goes on with the rest. */
import { asSidelineError, SidelineError } from '../../../shared/errors.ts';
import { longestKey } from '../../../shared/key-template/key-rules.ts';
import { transfers as words } from '../../../shared/strings/object-transfers.ts';
import type { Report } from '../../app/admin-tasks.ts';
import { remedies } from '../../engine/upload/retry.ts';
import type { ListedObject } from '../../storage/storage.ts';
import type { Bucket } from '../bucket.ts';
import type { Patience } from '../patience.ts';
import type { Chosen, NotFound } from '../selection.ts';
import { sideBySide } from '../side-by-side.ts';
import { isFound, survey } from '../survey.ts';
import type { AccessKept } from './carried.ts';
import { copyObject, deleteSource } from './copy-object.ts';
import type { CopyLimits } from './copy-task.ts';

export interface Transferred {
  key: string;
  to: string;
  /** bytes */
  size: number;
  /** An equal object had the key already. */
  skipped: boolean;
}

export interface TransferOptions {
  from: Bucket;
  to: Bucket;
  chosen: Chosen;
  /** Only these of what is chosen: they failed before. Null: all. */
  only: ReadonlySet<string> | null;
  /** The key that an object gets, or what those below a prefix begin with. No two get the same. */
  keyFor: (key: string) => string;
  /** The source of each copy that is proven is deleted. */
  move: boolean;
  overwrite: boolean;
  access: AccessKept;
  patience: Patience;
  report: Report;
  onDone?: (done: Transferred) => void;
  limits?: CopyLimits;
}

const objectsAtOnce = 16;

/**
 * Resolves when all was tried; single objects that fail are reported. Throws `invalid-input` where something would be copied onto or
 * into itself, what forbids all of it (`read-only`, `prefix-locked`), what a listing fails with, and the signal's reason.
 */
export async function transferObjects(options: TransferOptions): Promise<void> {
  const { from, chosen, only, patience, report } = options;
  refuseCircles(options);
  const found = await survey(from, chosen, patience, only);
  report.total(found.count, found.bytes);

  async function transferOne(one: ListedObject | NotFound): Promise<void> {
    try {
      if (!isFound(one)) throw one.error;
      const done = await transferObject(options, one.key);
      patience.moved();
      report.done(1);
      options.onDone?.(done);
    } catch (error) {
      patience.signal.throwIfAborted();
      if (remedies[asSidelineError(error).kind] === 'connection' || patience.isOver()) throw error;
      report.failed(one.key, error);
    }
  }

  await sideBySide(wanted(found.objects(), only), objectsAtOnce, transferOne);
}

async function* wanted<T extends { key: string }>(all: AsyncIterable<T>, only: ReadonlySet<string> | null) {
  for await (const one of all) if (only?.has(one.key) !== false) yield one;
}

async function transferObject(options: TransferOptions, key: string): Promise<Transferred> {
  const { from, to, keyFor, move, overwrite, access, patience, report, limits } = options;
  const target = keyFor(key);
  const bytes = Buffer.byteLength(target);
  if (bytes > longestKey) throw new SidelineError('key-invalid', { subject: words.tooLong(bytes, longestKey) });
  const order = {
    ...{ from: { bucket: from, key }, to: { bucket: to, key: target }, overwrite, access },
    ...(limits === undefined ? {} : { limits }),
  };
  const copied = await copyObject(order, patience, (moved) => report.moved(moved));
  if (move) await deleteSource({ bucket: from, key }, copied, patience);
  return { key, to: target, size: copied.size, skipped: copied.skipped };
}

function refuseCircles({ from, to, chosen, keyFor, move }: TransferOptions): void {
  const { keys, prefixes, objects } = chosen;
  const [first] = [...keys, ...prefixes].concat(firstOf(objects));
  if (first === undefined) return;
  const refused =
    to.refusal({ right: 'write', key: keyFor(first), operation: 'upload' }) ??
    (move ? from.refusal({ right: 'delete', key: first, operation: 'delete' }) : null);
  if (refused !== null) throw refused;
  const isSameBucket =
    from.name === to.name && from.storage.connection.config.endpoint === to.storage.connection.config.endpoint;
  if (!isSameBucket) return;
  const inside = prefixes.find((prefix) => keyFor(prefix).startsWith(prefix));
  if (inside !== undefined) throw new SidelineError('invalid-input', { subject: words.intoItself(inside) });
  if (keyFor(first) === first) throw new SidelineError('invalid-input', { subject: words.ontoItself(first) });
}

function firstOf(objects: Iterable<ListedObject>): string[] {
  for (const { key } of objects) return [key];
  return [];
}
