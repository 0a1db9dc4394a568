/**
 * A damaged journal is set aside under a name that says so, and what can be read of it goes into a new one; what cannot is
 * taken from the last backup. Both may be behind the truth, so every unfinished transfer asks the store first.
 */
import { copyFileSync, existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { smallestPart } from '../engine/upload/part-size.ts';
import { unfinishedStates } from '../engine/transfer-state.ts';

export interface RescueReport {
  /** where the damaged file is now */
  setAside: string;
  why: string;
  /** rows that are in the new journal, by table */
  restored: Record<string, number>;
  /** rows of these that only the backup had */
  fromBackup: number;
}

/** Each table and the integer column that orders it: reading goes on behind a damaged page by that column. */
const tables = {
  connections: 'id',
  batches: 'id',
  destinations: 'id',
  targets: 'id',
  transfers: 'id',
  outputs: 'transfer_id',
  parts: 'transfer_id',
  receipts: 'transfer_id',
  stale_uploads: 'id',
  places: 'transfer_id',
  left_places: 'id',
  sessions: 'video_id',
  session_files: 'transfer_id',
  broker_counts: 'connection_id',
} as const;

type Table = keyof typeof tables;

const suffixes = ['', '-wal', '-shm'];

export function backupOf(file: string): string {
  return `${file}.backup`;
}

/** Whether SQLite finds the file sound. A file that is no database throws, and that is "no" too. */
export function damageOf(database: Database.Database): string | null {
  try {
    const result = database.pragma('quick_check(1)', { simple: true });
    return result === 'ok' ? null : String(result);
  } catch (error) {
    if (!isDamage(error)) throw error;
    return error.message;
  }
}

export function isDamage(error: unknown): error is Error {
  if (!(error instanceof Database.SqliteError)) return false;
  return error.code.startsWith('SQLITE_CORRUPT') || error.code === 'SQLITE_NOTADB';
}

export function setAside(file: string, now: Date): string {
  const stamp = now.toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const target = path.join(path.dirname(file), `journal.damaged-${stamp}.sqlite`);
  for (const suffix of suffixes) {
    if (existsSync(file + suffix)) renameSync(file + suffix, target + suffix);
  }
  return target;
}

/** Fills the new, empty journal from what was set aside and from the last backup. */
export function rescue(
  journal: Database.Database,
  sources: { setAside: string; backup: string },
  why: string,
  options: Database.Options,
): RescueReport {
  const first = copyRows(journal, sources.setAside, options);
  const second = existsSync(sources.backup) ? copyRows(journal, sources.backup, options) : 0;
  distrust(journal);
  const restored: Record<string, number> = {};
  for (const table of Object.keys(tables)) {
    restored[table] = Number(journal.prepare(`SELECT count(*) FROM ${table}`).pluck().get());
  }
  return { setAside: sources.setAside, why, restored: first + second === 0 ? {} : restored, fromBackup: second };
}

/** What the journal says of unfinished transfers may be old: the store is asked, and strays of theirs are looked for. */
function distrust(journal: Database.Database): void {
  const unfinished = unfinishedStates.map((state) => `'${state}'`).join(', ');
  journal.exec(`
    UPDATE transfers SET check_first = 1 WHERE state IN (${unfinished});
    INSERT INTO stale_uploads (connection_id, key, upload_id, since, until)
      SELECT t.connection_id, t.key, NULL, b.created_at, ${Date.now()} FROM transfers t JOIN batches b ON b.id = t.batch_id
      WHERE t.state IN (${unfinished}) AND t.size > ${smallestPart};
  `);
}

/** Reads a copy, so that what was set aside stays as it was found. Returns the number of rows that were new. */
function copyRows(journal: Database.Database, file: string, options: Database.Options): number {
  const folder = mkdtempSync(path.join(path.dirname(file), 'rescue-'));
  const copy = path.join(folder, 'copy.sqlite');
  for (const suffix of suffixes.slice(0, 2)) if (existsSync(file + suffix)) copyFileSync(file + suffix, copy + suffix);
  let copied = 0;
  try {
    const source = new Database(copy, options);
    try {
      for (const table of Object.keys(tables) as Table[]) copied += copyTable(journal, source, table);
    } finally {
      source.close();
    }
  } catch (error) {
    if (!isDamage(error)) throw error; // nothing of it can be read at all
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return copied;
}

function copyTable(journal: Database.Database, source: Database.Database, table: Table): number {
  const columns = journal.pragma(`table_info(${table})`) as { name: string }[];
  let insert: ((row: Record<string, unknown>) => number) | null = null;
  let copied = 0;
  journal.transaction(() => {
    for (const row of readableRows(source, table)) {
      // What an older schema does not have keeps its default.
      insert ??= insertInto(
        journal,
        table,
        columns.map(({ name }) => name).filter((name) => Object.hasOwn(row, name)),
      );
      try {
        copied += insert(row);
      } catch (error) {
        // A row with a required value missing is one of a torn page: it is left out.
        if (!(error instanceof Database.SqliteError && error.code.startsWith('SQLITE_CONSTRAINT'))) throw error;
      }
    }
  })();
  return copied;
}

/** Returns what inserts a row, and gives 1 where it was new. */
function insertInto(
  journal: Database.Database,
  table: Table,
  names: readonly string[],
): (row: Record<string, unknown>) => number {
  const values = names.map((name) => `@${name}`);
  const insert = journal.prepare(`INSERT OR IGNORE INTO ${table} (${names.join(', ')}) VALUES (${values.join(', ')})`);
  return (row) => insert.run(Object.fromEntries(names.map((name) => [name, row[name] ?? null]))).changes;
}

/** Every row that can be read, jumping ahead over damaged pages by ever wider steps. */
function* readableRows(source: Database.Database, table: Table): Generator<Record<string, unknown>> {
  const order = tables[table];
  const widest = 2 ** 24;
  let last = -1;
  for (let step = 0; step < widest; step = step === 0 ? 1 : step * 2) {
    try {
      const rows = source.prepare(`SELECT * FROM ${table} WHERE ${order} > ? ORDER BY ${order}`).iterate(last + step);
      for (const row of rows as Iterable<Record<string, unknown>>) {
        yield row;
        const at = Number(row[order]);
        if (at > last) step = 0;
        last = at;
      }
      return;
    } catch (error) {
      if (error instanceof Database.SqliteError && /no such table/.test(error.message)) return;
      if (!isDamage(error)) throw error;
      last += step;
    }
  }
}
