/** Deletions that were begun, as their logs tell. */
import { open, stat } from 'node:fs/promises';
import type { DeletionEntry, DeletionInfo, DeletionOutcome } from '../../../shared/deletions.ts';
import { SidelineError } from '../../../shared/errors.ts';
import { deletions } from '../../../shared/strings/deletions.ts';
import { sumsOf } from './ended.ts';
import { lineAt } from './log-lines-of.ts';
import { eventSchema, headSchema, parseLine, type Head, type LogEvent } from './log-lines.ts';
import { deletionIds, logFile } from './log-folder.ts';
import { isLocked } from './log-lock.ts';
import { openLogReader } from './log-reader.ts';

/** The last line is there as a whole, or it is no `end`. bytes */
const tailSize = 4096;

/** The newest first. A log that cannot be read is left out of the rows, not of the total. */
export async function listDeletions(
  dataFolder: string,
  { offset, limit }: { offset: number; limit: number },
): Promise<{ total: number; deletions: DeletionInfo[] }> {
  const ids = await deletionIds(dataFolder);
  const found: DeletionInfo[] = [];
  for (const id of ids.slice(offset, offset + limit)) {
    const info = await deletionInfo(dataFolder, id).catch(unlessUnreadable);
    if (info !== null) found.push(info);
  }
  return { total: ids.length, deletions: found };
}

function unlessUnreadable(error: unknown): null {
  if (error instanceof SidelineError && error.kind === 'invalid-input') return null;
  throw error;
}

/** Throws `invalid-input` where there is none, or it cannot be read. */
export async function deletionInfo(dataFolder: string, id: string): Promise<DeletionInfo> {
  const file = logFile(dataFolder, id);
  const quick = await quickInfo(file, id);
  if (quick !== null) return quick;
  const reader = await openLogReader(file, id);
  try {
    const { head, end } = reader.index;
    const isRunning = await isLocked(file);
    return infoOf(head, isRunning ? 'running' : (end?.state ?? 'interrupted'), sumsOf(reader.index));
  } finally {
    await reader.close();
  }
}

/** By the first line and the last; null: nothing has ended. */
async function quickInfo(file: string, id: string): Promise<DeletionInfo | null> {
  const handle = await open(file, 'r').catch((cause: unknown) => {
    throw new SidelineError('invalid-input', { subject: deletions.noDeletion(id), cause });
  });
  try {
    const { size } = await handle.stat();
    const from = Math.max(0, size - tailSize);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(tailSize), 0, tailSize, from);
    const last = /([^\n]*)\n$/.exec(buffer.toString('utf8', 0, bytesRead))?.[1] ?? '';
    const end = parseLine(eventSchema, last);
    if (end?.line !== 'end' || (await isLocked(file))) return null;
    const head = parseLine(headSchema, await lineAt(handle, 0));
    if (head === null) throw new SidelineError('invalid-input', { subject: deletions.unreadable });
    return infoOf(head, end.state, end);
  } finally {
    await handle.close();
  }
}

function infoOf(
  head: Head,
  state: DeletionInfo['state'],
  {
    objects,
    bytes,
    outcomes,
    undoable,
  }: Pick<LogEvent & { line: 'end' }, 'objects' | 'bytes' | 'outcomes' | 'undoable'>,
): DeletionInfo {
  const { id, what, at, user, host, program, keys, keyCount, prefixes, connection } = head;
  return {
    ...{
      id,
      what,
      moved: head.moved === true,
      at,
      user,
      host,
      program,
      keys,
      keyCount,
      prefixes,
      state,
      objects,
      bytes,
      outcomes,
      undoable,
    },
    connection: { id: connection.id, name: connection.name, bucket: connection.bucket },
  };
}

/** What was done to the objects of a deletion; `outcomes` empty: of all. Throws as `deletionInfo`. */
export interface EntryView {
  outcomes: readonly DeletionOutcome[];
  offset: number;
  limit: number;
}

/** Indexes that were made are kept while their files stay as they are: a list is scrolled through. */
export interface DeletionPages {
  page(id: string, view: EntryView): Promise<{ total: number; entries: DeletionEntry[] }>;
  close(): Promise<void>;
}

export function createDeletionPages(dataFolder: string): DeletionPages {
  type Opened = { id: string; version: string; reader: Awaited<ReturnType<typeof openLogReader>> };
  let last: Opened | null = null;
  let turn: Promise<unknown> = Promise.resolve();

  async function opened(id: string): Promise<Opened> {
    const file = logFile(dataFolder, id);
    const found = await stat(file).catch(() => null); // opening it says why
    const version = `${found?.size ?? 0} ${found?.mtimeMs ?? 0}`;
    if (last?.id === id && last.version === version) return last;
    await last?.reader.close();
    last = null;
    last = { id, version, reader: await openLogReader(file, id) };
    return last;
  }

  async function read(id: string, { outcomes, offset, limit }: EntryView) {
    const { reader } = await opened(id);
    const { index } = reader;
    const wanted = new Set(outcomes);
    const fits = (number: number) => wanted.size === 0 || wanted.has(index.outcomeOf(number));
    const total =
      wanted.size === 0 ? index.count : [...wanted].reduce((sum, outcome) => sum + index.outcomes[outcome], 0);
    const entries: DeletionEntry[] = [];
    for (const number of reader.numbers(fits, offset)) {
      if (entries.length === limit) break;
      entries.push(await reader.entry(await reader.item(number)));
    }
    return { total, entries };
  }

  return {
    page(id, view) {
      const mine = turn.then(() => read(id, view));
      turn = mine.catch(() => undefined); // whoever asked is told
      return mine;
    },
    async close() {
      await turn;
      await last?.reader.close();
    },
  };
}
