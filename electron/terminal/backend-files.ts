/** Files at a backend as a person names them for a command, and which of them this computer has sent. */
import { SidelineError } from '../../shared/errors.ts';
import { terminalBackend as words } from '../../shared/strings/terminal-backend.ts';
import { broker as brokerWords } from '../../shared/strings/broker.ts';
import type { Broker } from '../broker/broker.ts';
import type { BrokerFile } from '../broker/kind.ts';
import type { FileRef } from '../broker/place.ts';
import { listFiles } from '../broker/reading.ts';
import type { Journal } from '../journal/journal.ts';

export interface NamedFiles {
  /** none twice */
  files: BrokerFile[];
  /** names of nothing */
  missing: string[];
}

interface Choice {
  /** with each name all whose key begins with it and a slash; an empty name is all */
  recursive: boolean;
  /** where the backend lists by event */
  event?: string | undefined;
}

/**
 * By key or by id, as `ls` shows them. Throws `invalid-input` where the event is not said, or the backend lists no more,
 * `unsupported` for --recursive where it has no list, and what the backend and the network can cause.
 */
export async function namedFiles(
  broker: Broker,
  names: readonly string[],
  { recursive, event }: Choice,
  signal: AbortSignal,
): Promise<NamedFiles> {
  const { lists } = broker.abilities;
  const found = new Map<string, BrokerFile>();
  const missing: string[] = [];
  const values: Record<string, string> = event === undefined ? {} : { event_id: event };
  const ofEvent = lists === 'by-type' ? await listed(broker, '', valuesWithEvent(values), signal) : null;
  for (const name of names) {
    const isKey = ({ key }: BrokerFile) => !recursive && key === name; // the first of what begins with it
    const prefix = name === '/' ? '' : name;
    const known = ofEvent ?? (lists === 'by-prefix' ? await listed(broker, prefix, values, signal, isKey) : null);
    if (known === null && recursive) throw new SidelineError('unsupported', { subject: brokerWords.reading.noList });
    const ofName = known?.filter((file) => isNamed(file, name, recursive)) ?? [unlisted({ key: name }, values)];
    // A list by prefix does not find a record by its id.
    if (ofName.length === 0 && lists === 'by-prefix' && !recursive && !name.includes('/'))
      ofName.push(unlisted({ id: name }, values));
    if (ofName.length === 0) missing.push(name);
    for (const file of ofName) found.set(file.id ?? file.key ?? '', file);
  }
  return { files: [...found.values()], missing };
}

function valuesWithEvent(values: Record<string, string>): Record<string, string> {
  if (values.event_id === undefined) throw new SidelineError('invalid-input', { subject: words.eventNeeded });
  return values;
}

/** `isEnough`: with this one the rest is not needed. */
async function listed(
  broker: Broker,
  prefix: string,
  values: Record<string, string>,
  signal: AbortSignal,
  isEnough: (file: BrokerFile) => boolean = () => false,
): Promise<BrokerFile[]> {
  const files: BrokerFile[] = [];
  let rest = false;
  for await (const page of listFiles(broker, { values, type: null, prefix, most: Infinity }, signal)) {
    files.push(...page.files);
    rest = page.more;
  }
  if (rest && !files.some(isEnough)) throw new SidelineError('invalid-input', { subject: words.moreListed });
  return files;
}

function isNamed({ id, key }: BrokerFile, name: string, recursive: boolean): boolean {
  if (id === name || key === name) return true;
  return recursive && (key ?? '').startsWith(name === '' || name === '/' ? '' : name.replace(/\/?$/, '/'));
}

/** Nothing is known of it but what the person says: the backend answers for the rest. */
function unlisted(
  { id = null, key = null }: { id?: string | null; key?: string | null },
  values: Record<string, string>,
): BrokerFile {
  return {
    ...{ id, key, publicUrl: null, values, type: null, size: null, title: null, description: null, tags: [] },
    ...{ createdAt: null, updatedAt: null },
  };
}

/** What lists and errors call it. */
export const nameOf = ({ key, id }: Pick<FileRef, 'key' | 'id'>): string => key ?? id ?? '';

type Sent = Pick<Journal, 'lastReceipt' | 'receiptKeys' | 'transferOfRecord'>;

/** Finds the transfer with which this computer has sent a file; null: another one did. */
export function senderOf(journal: Sent | null, connectionId: number): (ref: FileRef) => number | null {
  let byKey: Map<string, number> | null = null;
  return ({ id, key }) => {
    if (journal === null) return null;
    if (id !== null) return journal.transferOfRecord(connectionId, id);
    byKey ??= new Map(
      journal.receiptKeys(connectionId, 0, journal.lastReceipt()).map((receipt) => [receipt.key, receipt.id]),
    );
    return key === null ? null : (byKey.get(key) ?? null);
  };
}
