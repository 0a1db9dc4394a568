/** sideline sweep --orphans: what lies under a destination without this computer knowing of it, and what it sent and is gone. */
import path from 'node:path';
import { SidelineError } from '../../shared/errors.ts';
import { formatBytes, printable } from '../../shared/format.ts';
import type { MissingObject, UnknownObject } from '../../shared/orphans.ts';
import { ownFolders } from '../../shared/own-folder.ts';
import { orphans } from '../../shared/strings/orphans.ts';
import { terminalSweep as words } from '../../shared/strings/terminal-check.ts';
import { createBackendRecords } from '../admin/orphans/backend-records.ts';
import { scanOrphans, type ScanSink } from '../admin/orphans/scan.ts';
import { createBrokers } from '../broker/open.ts';
import type { Journal } from '../journal/journal.ts';
import { createAgents } from '../storage/agents.ts';
import { fileSecretStore } from '../storage/secrets.ts';
import type { Environment } from './environment.ts';
import { forgetFound } from './forget-orphans.ts';
import { jsonLine } from './json-line.ts';
import { withBucket } from './open-bucket.ts';
import { reading } from './reading.ts';
import { remove } from './remove.ts';
import type { SweepCommand } from './sweep.ts';
import type { ExitCode } from './work.ts';

export interface OrphanCommand extends Omit<SweepCommand, 'connection'> {
  /** the destination's name */
  to: string;
  /** What is unknown is deleted, after asking. */
  delete: boolean;
  /** What is gone is taken out of the history and of backends' records, after asking. */
  forget: boolean;
}

const line = (value: object) => process.stdout.write(jsonLine(value));
const say = (text: string) => process.stdout.write(`${text}\n`);

/** What is deleted or forgotten is in memory. objects */
const mostKeys = 100_000;

interface Found {
  unknown: string[];
  missing: MissingObject[];
  /** the name of a connection through which nothing is changed; null: it may be */
  readOnly: string | null;
}

/** 1 where something is unknown, or gone; with `delete` and `forget` what these end with, where there is something for them. */
export async function sweepOrphans(options: OrphanCommand, env: Environment): Promise<ExitCode> {
  const { dataDir, json, yes } = options;
  const { connection, folders } = await placeOf(options);
  const found: Found = { unknown: [], missing: [], readOnly: null };
  const code = await withBucket({ dataDir, connection }, env, async (bucket, signal, journal) => {
    const known = required(journal, options.to);
    const { config, name } = bucket.storage.connection;
    if (config.readOnly === true) found.readOnly = name;
    const secrets = fileSecretStore(path.join(dataDir, 'secrets.json'));
    const agents = createAgents(env);
    const records = createBackendRecords(known, createBrokers({ secrets, agents }).open);
    const order = { bucket, journal: known, prefixes: folders, olderThan: options.olderThan, records };
    const counts = await scanOrphans(order, sinkOf(json, found), signal).finally(() => agents.destroy());
    if (json) line({ event: 'summary', ...counts });
    else {
      say(printable(orphans.verdict(counts)));
      if (counts.unknown.count > 0) say(orphans.otherComputers);
    }
    return counts.unknown.count + counts.missing.count > 0 ? 1 : 0;
  });
  if (code === 3) return code;
  const { unknown, missing } = found;
  const ends: ExitCode[] = [];
  if (options.delete && unknown.length > 0) {
    refuseTooMany(unknown);
    const of = { ...{ dataDir, json, yes, connection }, recursive: false, dryRun: false, versions: false };
    ends.push(await remove(unknown, of, env));
  }
  if (options.forget && missing.length > 0 && !ends.includes(3)) {
    refuseTooMany(missing);
    ends.push(await forgetFound(missing, { dataDir, json, yes, readOnly: found.readOnly }, env));
  }
  return ends.length === 0 ? code : (ends.toSorted().at(-1) ?? code);
}

function refuseTooMany({ length }: readonly unknown[]): void {
  if (length > mostKeys) throw new SidelineError('invalid-input', { subject: orphans.tooMany(mostKeys) });
}

function placeOf({ dataDir, to }: OrphanCommand): Promise<{ connection: string; folders: string[] }> {
  return reading(dataDir, (journal) => {
    const found = journal?.destinations().find(({ rules }) => rules.name === to);
    const connection = found === undefined ? undefined : journal?.connection(found.connectionId);
    if (found === undefined || connection === undefined)
      throw new SidelineError('invalid-input', { subject: words.noDestination(to) });
    return { connection: connection.name, folders: ownFolders(found.rules) };
  });
}

function required(journal: Journal | null, to: string): Journal {
  if (journal === null) throw new SidelineError('invalid-input', { subject: words.noDestination(to) });
  return journal;
}

function sinkOf(json: boolean, all: Found): ScanSink {
  const show = (event: 'unknown' | 'missing', found: UnknownObject | MissingObject, more = '') => {
    if (json) line({ event, ...found });
    else say(`${words[event]}: ${formatBytes(found.size).padStart(9)}  ${printable(found.key)}${printable(more)}`);
    return Promise.resolve();
  };
  return {
    unknown(found) {
      if (all.unknown.length <= mostKeys) all.unknown.push(found.key);
      return show('unknown', found);
    },
    missing(found) {
      if (all.missing.length <= mostKeys) all.missing.push(found);
      return show('missing', found, `  (${orphans.knownFrom(found.id !== null, found.record?.name ?? null)})`);
    },
    upload(found) {
      if (json) line({ event: 'upload', ...found });
      else
        say(
          words.upload(new Date(found.initiated).toISOString(), sizeText(found.bytes), printable(found.key), found.own),
        );
      return Promise.resolve();
    },
    counted: () => undefined,
  };
}

function sizeText(bytes: number | null): string {
  return bytes === null ? words.unmeasured : formatBytes(bytes);
}
