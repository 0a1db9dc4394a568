/**
 * The stage before the upload, of transfers that are not sent as they are: prepared a few ahead of the line, so that the
 * processor and the line work side by side. What is prepared lies in a folder until it has been sent.
 */
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import mime from 'mime';
import type { Logger } from 'pino';
import type { Batch, Transfer, TransferState } from '../../../shared/domain.ts';
import type { DestinationRules, ImagePreparation } from '../../../shared/destination.ts';
import { asSidelineError, reason, reasonOf, SidelineError } from '../../../shared/errors.ts';
import type { Output, Prepared } from '../../../shared/output.ts';
import type { PreparedOutput } from '../../../shared/prepared.ts';
import type { Journal } from '../../journal/journal.ts';
import { fingerprintOf, looksChanged } from '../fingerprint.ts';
import { freeKey } from '../plan/plan-to-targets.ts';
import { destinedOf } from '../plan/destined.ts';
import { extensionFor, withExtension } from '../plan/plan-file.ts';
import { asSourceError } from '../source.ts';
import { Stop, type StopCause } from '../stop.ts';
import { isUnfinished } from '../transfer-state.ts';
import type { ImagePreparer } from './prepare-images.ts';

export interface PreparingDeps {
  journal: Journal;
  images: Pick<ImagePreparer, 'prepare'>;
  /** for what is prepared */
  folder: string;
  log: Logger;
  /** looks at a source again that has changed, and queues its transfer anew */
  replan(transfer: Transfer): Promise<Transfer>;
  /** There is something to be sent. */
  onReady(): void;
  /** Of what goes no further: failed, skipped. */
  onSettled(transfer: Transfer): void;
  /** The journal could not be written. Nothing further is started. */
  onBroken(error: SidelineError): void;
}

export interface Preparing {
  setBatches(batches: readonly Batch[]): void;
  /** Looks for work: called whenever there may be some. */
  wake(): void;
  /** Stops what runs and is meant; resolves when it has come to rest in the journal. */
  stop(which: (transfer: Transfer) => boolean, why: StopCause): Promise<void>;
  hold(): void;
  /** transfers that are being prepared */
  active(): readonly Transfer[];
  /** Of a transfer that is sent, or never will be, what was prepared is thrown away. */
  discard(transferId: number): Promise<void>;
  /** Throws away what an earlier run left of transfers that are not ahead any more. */
  sweep(): Promise<void>;
}

/** As many as the preparer has processes: a third would only wait, and could not be stopped as fast. */
const sideBySide = 2;
/** Prepared and not sent: enough that the line never waits, and a disk's worth of nothing. */
const mostAhead = 32;

interface Running {
  transfer: Transfer;
  abort: AbortController;
  ended: Promise<void>;
}

export function createPreparing(deps: PreparingDeps): Preparing {
  const { journal, log } = deps;
  const running = new Map<number, Running>();
  /** prepared by this run, and not sent yet */
  const ahead = new Set<number>();
  let batches: readonly Batch[] = [];
  let held = false;

  function fill(): void {
    while (!held && running.size < sideBySide && hasRoom()) {
      const next = takeNext();
      if (next === null) return;
      start(next);
    }
  }

  /** What was paused or cancelled since does not hold up the rest. */
  function hasRoom(): boolean {
    if (ahead.size + running.size < mostAhead) return true;
    for (const id of ahead) if (!isOnItsWay(journal.transfer(id))) ahead.delete(id);
    return ahead.size + running.size < mostAhead;
  }

  function takeNext(): Transfer | null {
    for (const { id, plannedAt } of batches) {
      if (plannedAt === null || journal.totals(id).queued.files === 0) continue;
      const next = journal.nextToPrepare(id, 1)[0];
      if (next !== undefined) return next;
    }
    return null;
  }

  function start(queued: Transfer): void {
    const transfer = journal.move(queued, 'preparing');
    const abort = new AbortController();
    const ended = prepare(transfer, abort.signal)
      .catch((error: unknown) => {
        held = true; // the journal could not be written: nothing may go on without it
        deps.onBroken(asSidelineError(error));
      })
      .finally(() => {
        running.delete(transfer.id);
        fill();
      });
    running.set(transfer.id, { transfer, abort, ended });
  }

  async function prepare(transfer: Transfer, signal: AbortSignal): Promise<void> {
    const end = await work(deps, transfer, signal).catch((error: unknown) => endedBadly(transfer, signal, error));
    if (end.state === 'queued' && !end.todo) {
      ahead.add(end.id);
      deps.onReady();
    } else {
      await discard(transfer.id);
      if (end.state !== 'queued') deps.onSettled(end);
    }
  }

  async function endedBadly(transfer: Transfer, signal: AbortSignal, error: unknown): Promise<Transfer> {
    const stop: unknown = signal.reason;
    if (stop instanceof Stop) return journal.move(transfer, restOf(stop.why));
    const failure = asSidelineError(error);
    log.warn({ transfer: transfer.id, source: transfer.source, error: failure }, 'a file could not be prepared');
    if (failure.kind === 'journal-failed') throw failure;
    if (failure.kind !== 'source-changed') return journal.move(transfer, 'failed', { reason: reasonOf(failure) });
    return await deps.replan(journal.move(transfer, 'planned', { reason: reasonOf(failure) }));
  }

  async function discard(transferId: number): Promise<void> {
    ahead.delete(transferId);
    await rm(fileOf(deps.folder, transferId), { force: true }).catch((error: unknown) =>
      log.warn({ transfer: transferId, error }, 'what was prepared is thrown away later'),
    );
    fill();
  }

  return {
    setBatches(now) {
      batches = now;
    },
    wake: fill,
    async stop(which, why) {
      const meant = [...running.values()].filter(({ transfer }) => which(transfer));
      for (const { abort } of meant) abort.abort(new Stop(why));
      await Promise.all(meant.map(({ ended }) => ended));
    },
    hold() {
      held = true;
    },
    active: () => [...running.values()].map(({ transfer }) => transfer),
    discard,
    async sweep() {
      await mkdir(deps.folder, { recursive: true });
      for (const name of await readdir(deps.folder)) {
        const transfer = journal.transfer(Number.parseInt(name, 10) || 0);
        if (transfer === null || !isUnfinished(transfer.state)) await rm(path.join(deps.folder, name), { force: true });
      }
    },
  };
}

const onTheirWay: readonly TransferState[] = ['queued', 'uploading', 'verifying', 'waiting'];

function isOnItsWay(transfer: Transfer | null): boolean {
  return transfer !== null && onTheirWay.includes(transfer.state);
}

/** The line has no say in what is prepared: what waits for it is only queued again. */
function restOf(why: StopCause): 'paused' | 'cancelled' | 'queued' {
  if (why === 'pause') return 'paused';
  return why === 'cancel' ? 'cancelled' : 'queued';
}

/** Without an extension: its type is in the journal. */
function fileOf(folder: string, transferId: number): string {
  return path.join(folder, String(transferId));
}

async function work(deps: PreparingDeps, transfer: Transfer, signal: AbortSignal): Promise<Transfer> {
  const { journal, images, folder } = deps;
  const destined = destinedOf(journal, transfer);
  if (destined === null)
    throw new SidelineError('internal', { cause: new Error(`nothing says how to prepare transfer ${transfer.id}`) });
  const { target, output } = destined;
  await refuseChanged(transfer.source, output);
  if (output.role === 'still') return journal.move(transfer, 'skipped', { reason: reason('still-elsewhere') });
  const image = imageOf(target.rules, output);
  const file = fileOf(folder, transfer.id);
  const { outputs } = await images.prepare(
    { source: transfer.source, outputs: [{ target: file, image, stillDoes: output.role === 'derived' }] },
    signal,
  );
  signal.throwIfAborted();
  const [made] = outputs;
  if (made === undefined) throw new SidelineError('internal', { cause: new Error('an image without an output') });
  if (!made.made && output.role === 'derived')
    return journal.move(transfer, 'skipped', { reason: reason('not-derived', made.left) });
  const fingerprint = made.made ? fingerprintOf(await stat(file)) : output.source;
  const prepared = preparedOf(made, file, output.type);
  const wanted = keyFor(transfer.key, prepared.type, output);
  const key = wanted === transfer.key ? wanted : freeKey(journal, target, wanted, transfer.source).key;
  return journal.together(() => {
    journal.setOutput(transfer.id, { ...output, prepared });
    return journal.move(transfer, 'queued', { ...fingerprint, key, todo: false });
  });
}

async function refuseChanged(source: string, output: Output): Promise<void> {
  const now = await stat(source).catch((error: unknown) => {
    throw asSourceError(error, source);
  });
  if (looksChanged(output.source, fingerprintOf(now))) throw new SidelineError('source-changed');
}

function imageOf(rules: DestinationRules, { role, name }: Output): ImagePreparation {
  const image = role === 'derived' ? rules.derived.find((one) => one.name === name)?.image : rules.image;
  if (image === undefined || image === null)
    throw new SidelineError('internal', { cause: new Error(`nothing says how to prepare ${role} ${String(name)}`) });
  return image;
}

function preparedOf(made: PreparedOutput, file: string, type: string): Prepared {
  if (!made.made) return { file: null, type, width: null, height: null, changes: [`as-is: ${made.left}`] };
  return { file, type: made.type, width: made.width, height: made.height, changes: made.changes };
}

/** The key was made for what the rules ask for: what becomes something else is named after what it is. */
function keyFor(key: string, type: string, output: Output): string {
  const extension = path.posix.extname(key).slice(1).toLowerCase();
  if (extension === '' || mime.getType(extension) === type) return key;
  const own = path.posix.extname(output.relativePath).slice(1);
  const right = type === output.type ? own : extensionFor(type);
  return right === null || right === '' ? key : withExtension(key, right);
}
