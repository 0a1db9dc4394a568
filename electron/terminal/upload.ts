/** sideline upload, resume, retry and cancel. */
import { statSync } from 'node:fs';
import path from 'node:path';
import type { BatchDetails } from '../../shared/destination.ts';
import type { Batch, Connection } from '../../shared/domain.ts';
import { SidelineError } from '../../shared/errors.ts';
import { formatCount } from '../../shared/format.ts';
import { normalPrefix, objectKey } from '../../shared/key-template/index.ts';
import { refuseWithoutFields } from '../app/placement.ts';
import { isUnfinishedBatch } from '../app/uploads.ts';
import { isOpen, type WantedTarget, type Which } from '../engine/engine.ts';
import { asSourceError } from '../engine/source.ts';
import type { Journal } from '../journal/journal.ts';
import { openJournal } from '../journal/open.ts';
import { openLog } from '../log.ts';
import { createOutput, type Output } from './output.ts';
import type { Session } from '../session.ts';
import { systemCode } from '../system-code.ts';
import { chooseConnection } from './choose-connection.ts';
import { targetsOf } from './destination.ts';
import { openTold } from './open-session.ts';
import { plan } from './plan.ts';
import { refuseWindowKey, withReadableKeys } from './window-keys.ts';
import { work, type ExitCode, type WorkOptions } from './work.ts';

export interface RunOptions extends WorkOptions {
  dataDir: string;
  json: boolean;
}

export interface UploadOptions extends RunOptions {
  connection?: string | undefined;
  prefix: string;
  /** names of destinations; without any the files go under the prefix as they are */
  to: readonly string[];
  /** values of the fields of their keys */
  fields: Readonly<Record<string, string>>;
  details: BatchDetails;
}

type Env = Record<string, string | undefined>;

export async function upload(paths: readonly string[], options: UploadOptions, env: Env): Promise<ExitCode> {
  const roots = paths.map(existingPath);
  const prefix = checkedPrefix(options.prefix);
  return await inSession(options, env, async (session, output) => {
    const { details } = options;
    const targets = targetsOf(session.journal, options.to, options.fields);
    const connections = connectionsOf(session, targets, options, env);
    refuseFields(targets);
    for (const connection of connections) await refuseWindowKey(connection, session);
    return await work(session, output, options, async (engine) => {
      const connectionId = connections[0].id;
      const batch = await engine.addBatch({ connectionId, prefix, roots, targets, details });
      sayPlan(session.journal, batch, output);
      await engine.start([batch]);
      sayOthers(session.journal, batch, output);
      return [batch];
    });
  });
}

/** Refused before anything is written: else every file would fail for it. */
function refuseFields(targets: WantedTarget[]): void {
  try {
    refuseWithoutFields({ targets });
  } catch (error) {
    if (!(error instanceof SidelineError)) throw error;
    throw new SidelineError('invalid-input', { subject: `--set: ${error.subject}`, cause: error });
  }
}

/** Those of the destinations, or the one that was chosen. */
function connectionsOf(
  { journal }: Session,
  targets: readonly WantedTarget[],
  options: UploadOptions,
  env: Env,
): [Connection, ...Connection[]] {
  const [first, ...others] = new Set(targets.map(({ connectionId }) => connectionId));
  if (first === undefined) return [chooseConnection(journal, options.connection, env)];
  if (options.connection !== undefined || options.prefix !== '')
    throw new SidelineError('invalid-input', {
      subject: '--to: the destination says which connection and prefix: leave --connection and --prefix out.',
    });
  return [journal.connection(first), ...others.map((id) => journal.connection(id))];
}

/** What `upload` would do; sends nothing. Only reads the journal, so that it works while another Sideline uploads. */
export async function showPlan(paths: readonly string[], options: PlanCommandOptions): Promise<0 | 1> {
  const roots = paths.map(existingPath);
  const prefix = checkedPrefix(options.prefix);
  const journal = openJournal({ folder: options.dataDir, readOnly: true });
  try {
    const targets = targetsOf(journal, options.to, options.fields);
    return await plan(roots, { journal, targets, prefix, json: options.json, log: openLog(options.dataDir) });
  } finally {
    journal?.close();
  }
}

export type PlanCommandOptions = Pick<UploadOptions, 'dataDir' | 'json' | 'prefix' | 'to' | 'fields'>;

/** Goes on with everything that is not finished; what a person had paused too. */
export async function resume(options: RunOptions, env: Env): Promise<ExitCode> {
  return await inSession(options, env, (session, output) =>
    work(session, output, options, async (engine) => {
      const batches = await readable(session, startable(session.journal, output), output);
      await engine.start(batches);
      await engine.resume();
      return batches;
    }),
  );
}

/** Tries failed transfers again: those of these ids, those that failed for a reason of these kinds, or all. */
export async function retry(
  which: { ids: readonly number[]; kinds: readonly string[] },
  options: RunOptions,
  env: Env,
): Promise<ExitCode> {
  return await inSession(options, env, (session, output) => {
    refuseUnknown(session.journal, which.ids);
    const meant = meantToRetry(session.journal, which);
    return work(session, output, options, async (engine) => {
      const batches = await readable(session, openBatches(session.journal), output);
      await engine.start(batches);
      const count = await engine.retry(meant);
      output.say(count === 0 ? 'Nothing has failed.' : `${formatCount(count, 'file is', 'files are')} tried again.`);
      return batches;
    });
  });
}

/** Throws `invalid-input` for a kind of which nothing has failed: it may be misspelt. */
function meantToRetry(journal: Journal, { ids, kinds }: Parameters<typeof retry>[0]): Which {
  if (kinds.length === 0) return ids.length === 0 ? 'all' : ids;
  const failed = journal.failedKinds();
  const known = new Set(failed.map(({ kind }) => kind));
  const other = kinds.find((kind) => !known.has(kind));
  if (other !== undefined) {
    const there = known.size === 0 ? 'nothing has failed.' : `what has failed is of: ${[...known].sort().join(', ')}.`;
    throw new SidelineError('invalid-input', { subject: `--kind: nothing has failed for "${other}"; ${there}` });
  }
  return failed.filter(({ id, kind }) => kinds.includes(kind) || ids.includes(id)).map(({ id }) => id);
}

/** Gives up transfers that are not finished: those of these ids, or all. What was begun at the storage is aborted. */
export async function cancel(
  ids: readonly number[],
  options: Pick<RunOptions, 'dataDir' | 'json'>,
  env: Env,
): Promise<ExitCode> {
  return await inSession(options, env, async (session, output) => {
    refuseUnknown(session.journal, ids);
    const engine = session.engine();
    try {
      const before = cancelled(session.journal);
      await engine.load(openBatches(session.journal));
      await engine.cancel(ids.length === 0 ? 'all' : ids);
      output.say(`${formatCount(cancelled(session.journal) - before, 'file', 'files')} cancelled; what is done stays.`);
      await engine.sweep(session.journal.connections());
      return 0;
    } finally {
      await engine.close();
    }
  });
}

/** Throws `invalid-input`: a number that is none of a file would change nothing, and say nothing. */
function refuseUnknown(journal: Journal, ids: readonly number[]): void {
  const unknown = ids.find((id) => journal.transfer(id) === null);
  if (unknown === undefined) return;
  throw new SidelineError('invalid-input', {
    subject: `ID: there is no file with the number ${unknown}; "sideline status" shows them.`,
  });
}

function cancelled(journal: Journal): number {
  return journal.batches().reduce((sum, { id }) => sum + journal.totals(id).cancelled.files, 0);
}

async function inSession(
  options: Pick<RunOptions, 'dataDir' | 'json'>,
  env: Env,
  use: (session: Session, output: Output) => Promise<ExitCode>,
): Promise<ExitCode> {
  const session = openTold({ folder: options.dataDir, env });
  const output = createOutput(options.json);
  try {
    return await use(session, output);
  } catch (error) {
    session.log.error({ error }, 'the command failed');
    throw error;
  } finally {
    session.close();
  }
}

function openBatches(journal: Journal): Batch[] {
  return journal.batches().filter((batch) => isOpen(journal.totals(batch.id), batch));
}

function readable(session: Session, batches: readonly Batch[], output: Output): Promise<Batch[]> {
  return withReadableKeys(batches, { ...session, say: (line) => output.say(line) });
}

/** What is open; where nothing is, the last upload, so that the summary speaks of it. */
function startable(journal: Journal, output: Output): Batch[] {
  const open = openBatches(journal);
  if (open.length > 0) return open;
  output.say('Nothing is left to do.');
  return journal.batches().slice(-1);
}

function existingPath(given: string): string {
  // It would mean the folder that one is in: mostly a variable of a script that is not set.
  if (given === '') throw new SidelineError('invalid-input', { subject: 'PATH: it is empty.' });
  const absolute = path.resolve(given);
  try {
    statSync(absolute);
    return absolute;
  } catch (cause) {
    const gone = asSourceError(cause, absolute).kind === 'source-gone';
    const why = gone
      ? `there is no file or folder ${absolute}.`
      : `${absolute} cannot be read (${systemCode(cause)}): check its permissions, and those of the folders above it.`;
    throw new SidelineError('invalid-input', { subject: `PATH: ${why}`, cause });
  }
}

function checkedPrefix(given: string): string {
  try {
    objectKey(given, 'name');
  } catch (error) {
    const why = error instanceof SidelineError ? error.subject : '';
    throw new SidelineError('invalid-input', {
      subject: `--prefix: no key can begin with "${given}" (${why}).`,
      cause: error,
    });
  }
  return normalPrefix(given).normalize('NFC');
}

function sayPlan(journal: Journal, batch: Batch, output: Output): void {
  const { failed, skipped } = journal.totals(batch.id);
  const parts = [`${formatCount(journal.filesAhead(batch.id), 'file', 'files')} to send`];
  if (skipped.files > 0) parts.push(`${skipped.files} skipped`);
  if (failed.files > 0) parts.push(`${failed.files} cannot be sent`);
  output.say(`Found: ${parts.join(', ')}.`);
  for (const transfer of journal.transfers({ batchId: batch.id, states: ['failed'], limit: 20 }))
    output.settled(transfer);
}

/** `resume` sends nothing of what has only failed. */
function sayOthers(journal: Journal, batch: Batch, output: Output): void {
  const others = openBatches(journal).filter(({ id }) => id !== batch.id);
  const unfinished = others.filter((other) => isUnfinishedBatch(journal, other)).length;
  const failed = others.length - unfinished;
  const words = (count: number) => formatCount(count, 'earlier upload', 'earlier uploads');
  if (unfinished > 0) output.say(`${words(unfinished)} not finished: "sideline resume" goes on with all.`);
  if (failed > 0) output.say(`${words(failed)} with files that failed: "sideline retry" tries them again.`);
}
