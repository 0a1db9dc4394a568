/**
 * Many objects to other keys: copied, or moved, which deletes the originals once all that can be copied is. What was done stays done;
 * begun again it goes on with the rest.
 */
import { asSidelineError, SidelineError } from '../../../shared/errors.ts';
import { longestKey } from '../../../shared/key-template/key-rules.ts';
import { transfers as words } from '../../../shared/strings/object-transfers.ts';
import type { Report } from '../../app/admin-tasks.ts';
import type { Bandwidth } from '../../engine/upload/bandwidth.ts';
import { remedies } from '../../engine/upload/retry.ts';
import type { ListedObject } from '../../storage/storage.ts';
import type { Bucket } from '../bucket.ts';
import { inTurn } from '../../in-turn.ts';
import { bucketPlace } from '../orphans/known.ts';
import type { Patience } from '../patience.ts';
import type { Chosen, NotFound } from '../selection.ts';
import { sideBySide } from '../side-by-side.ts';
import { isFound, survey } from '../survey.ts';
import type { AccessKept } from './carried.ts';
import { copyObject, type Copied } from './copy-object.ts';
import type { CopyLimits } from './copy-task.ts';
import { lostCopies } from './lost-copies.ts';
import { openOriginals, type MoveLog } from './originals.ts';

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
  /** Where the deletion of originals, each of whose copies is proved, is written down; null: they stay. */
  move: MoveLog | null;
  overwrite: boolean;
  access: AccessKept;
  /** what all that travels may take of the line together; only where a copy goes through this computer */
  bandwidth: Bandwidth;
  patience: Patience;
  report: Report;
  /** The key has its copy, or may have: a store goes on with a copy whose answer nobody waits for any more. */
  onTried?: (to: string) => void;
  onDone?: (done: Transferred) => void;
  limits?: CopyLimits;
}

const objectsAtOnce = 16;

/**
 * Resolves when all was tried; single objects that fail are reported. Throws `invalid-input` where something would be copied onto or
 * into itself, what forbids all of it (`read-only`, `prefix-locked`, `journal-failed`), what a listing fails with, and the signal's
 * reason.
 */
export async function transferObjects(options: TransferOptions): Promise<void> {
  const { from, chosen, only, keyFor, move, patience, report, onDone } = options;
  refuseCircles(options);
  const found = await survey(from, chosen, patience, only);
  report.total(found.count, found.bytes);
  const originals = move === null ? null : await openOriginals(from, { chosen, only }, move, patience);
  /** those whose originals are still there */
  const copied = new Map<string, Pick<Copied, 'copyEtag' | 'size' | 'skipped'>>();

  async function transferOne(one: ListedObject | NotFound): Promise<void> {
    try {
      if (!isFound(one)) throw one.error;
      const { key } = one;
      const copy = await transferObject(options, key);
      patience.moved();
      if (originals === null) end(key, copy);
      else {
        copied.set(key, { copyEtag: copy.copyEtag, size: copy.size, skipped: copy.skipped });
        await originals.add({ key, ...copy });
      }
    } catch (error) {
      patience.signal.throwIfAborted();
      if (concernsAll(error) || patience.isOver()) throw error;
      report.failed(one.key, error);
    }
  }

  function end(key: string, { size, skipped }: Pick<Copied, 'size' | 'skipped'>): void {
    report.done(1);
    onDone?.({ key, to: keyFor(key), size, skipped });
  }

  /** By their originals. */
  async function withoutCopies(keys: readonly string[], signal: AbortSignal): Promise<Map<string, SidelineError>> {
    const made = keys.map((key) => ({ key: keyFor(key), etag: copied.get(key)?.copyEtag ?? '' }));
    const lost = await lostCopies(options.to, made, signal);
    return new Map(
      keys.flatMap((key) => {
        const why = lost.get(keyFor(key));
        return why === undefined ? [] : [[key, why] as const];
      }),
    );
  }

  try {
    await sideBySide(wanted(found.objects(), only), objectsAtOnce, transferOne);
    await originals?.deleteAll({
      gone(key) {
        const copy = copied.get(key);
        copied.delete(key);
        if (copy !== undefined) end(key, copy);
      },
      failed: (key, error) => report.failed(key, error),
      kept: withoutCopies,
    });
  } finally {
    await originals?.discard();
  }
}

function concernsAll(error: unknown): boolean {
  const { kind } = asSidelineError(error);
  return remedies[kind] === 'connection' || kind === 'journal-failed';
}

async function* wanted<T extends { key: string }>(all: AsyncIterable<T>, only: ReadonlySet<string> | null) {
  for await (const one of all) if (only?.has(one.key) !== false) yield one;
}

/** Throws `unsupported` where an original would go whose copy is not proved. */
async function transferObject(options: TransferOptions, key: string): Promise<Copied> {
  const { from, to, keyFor, move, overwrite, access, bandwidth, patience, report, limits, onTried } = options;
  const target = keyFor(key);
  const bytes = Buffer.byteLength(target);
  if (bytes > longestKey) throw new SidelineError('key-invalid', { subject: words.tooLong(bytes, longestKey) });
  const order = {
    ...{ from: { bucket: from, key }, to: { bucket: to, key: target }, overwrite, access, bandwidth },
    ...(limits === undefined ? {} : { limits }),
  };
  // A store without conditions would let two at once take the same free key.
  const name = `copy to ${bucketPlace(to.storage.connection.config)} ${target}`;
  const copy = () => copyObject(order, patience, (moved) => report.moved(moved));
  const copied = await inTurn(name, patience.signal, copy).finally(() => onTried?.(target));
  if (move !== null && !copied.isProven) throw new SidelineError('unsupported', { subject: words.notProven });
  return copied;
}

function refuseCircles({ from, to, chosen, keyFor, move }: TransferOptions): void {
  const { keys, prefixes, objects } = chosen;
  const [first] = [...keys, ...prefixes].concat(firstOf(objects));
  if (first === undefined) return;
  const refused =
    to.refusal({ right: 'write', key: keyFor(first), operation: 'upload' }) ??
    (move !== null ? from.refusal({ right: 'delete', key: first, operation: 'delete' }) : null);
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
