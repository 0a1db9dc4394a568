/**
 * A damaged journal is set aside under a name that says so, and what can be read of it goes into a new one; what cannot is
 * taken from the last backup. Both may be behind the truth, so every unfinished transfer asks the store first.
 */
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, statSync, truncateSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { smallestPart } from '../engine/upload/part-size.ts';
import { unfinishedStates } from '../engine/transfer-state.ts';
import { walOf } from './soundness.ts';

export interface RescueReport {
  /** where the damaged file is now; null: it was not there */
  setAside: string | null;
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

/** What belongs to a database of SQLite, itself first. */
export const suffixes = ['', '-wal', '-shm'];

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

/** Returns where it is then; null: there was nothing. */
export function setAside(file: string, now: Date): string | null {
  const stamp = now.toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const target = path.join(path.dirname(file), `journal.damaged-${stamp}.sqlite`);
  const there = suffixes.filter((suffix) => existsSync(file + suffix));
  for (const suffix of there) renameSync(file + suffix, target + suffix);
  return there.length === 0 ? null : target;
}

/** Fills the new, empty journal from the damaged one and from the last backup. */
export function rescue(
  journal: Database.Database,
  sources: { damaged: string; backup: string },
  options: Database.Options,
): Pick<RescueReport, 'restored' | 'fromBackup'> {
  const fromBackup = () => copyRows(journal, sources.backup, options);
  // Of a row that both have, that of the newer one counts.
  const isEarlier = readCopy(sources.damaged, options, (damaged) => isBehindBackup(damaged, sources.backup, options));
  const before = isEarlier === true ? fromBackup() : 0;
  const first = copyRows(journal, sources.damaged, options);
  const second = isEarlier === true ? before : fromBackup();
  distrust(journal);
  const restored: Record<string, number> = {};
  for (const table of Object.keys(tables)) {
    restored[table] = Number(journal.prepare(`SELECT count(*) FROM ${table}`).pluck().get());
  }
  return { restored: first + second === 0 ? {} : restored, fromBackup: second };
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

/** Returns the number of rows that were new. */
function copyRows(journal: Database.Database, file: string, options: Database.Options): number {
  let copied = 0;
  readCopy(file, options, (source) => {
    for (const table of Object.keys(tables) as Table[]) copied += copyTable(journal, source, table);
  });
  return copied;
}

/** A copy, so that what is set aside stays as it was found. null: nothing of it can be read, or it is not there. */
function readCopy<T>(file: string, options: Database.Options, use: (source: Database.Database) => T): T | null {
  if (!existsSync(file)) return null;
  const folder = path.join(path.dirname(file), 'rescue');
  rmSync(folder, { recursive: true, force: true }); // of one that was cut short
  mkdirSync(folder);
  const copy = path.join(folder, 'copy.sqlite');
  for (const suffix of suffixes.slice(0, 2)) if (existsSync(file + suffix)) copyFileSync(file + suffix, copy + suffix);
  // Beside an empty file SQLite throws the WAL away; beside one page, which the WAL has anew, it reads it.
  if (existsSync(walOf(copy)) && statSync(copy).size === 0) truncateSync(copy, 4096);
  try {
    const source = new Database(copy, options);
    try {
      return use(source);
    } finally {
      source.close();
    }
  } catch (error) {
    if (!isDamage(error)) throw error;
    return null;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Rows of these are never removed, and their numbers grow. */
const growing = ['batches', 'transfers', 'receipts'] as const;

/** Whether the backup knows of what this journal does not: it was newer once. A damaged backup knows nothing. */
export function isBehindBackup(journal: Database.Database, backup: string, options: Database.Options): boolean {
  if (!existsSync(backup)) return false;
  try {
    const other = new Database(backup, options);
    try {
      return growing.some((table) => lastOf(other, table) > lastOf(journal, table));
    } finally {
      other.close();
    }
  } catch (error) {
    if (!isDamage(error)) throw error;
    return false;
  }
}

/** 0: it has none, or has not even the table */
function lastOf(database: Database.Database, table: (typeof growing)[number]): number {
  const there = database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?").get(table);
  if (there === undefined) return 0;
  return Number(database.prepare(`SELECT coalesce(max(${tables[table]}), 0) FROM ${table}`).pluck().get());
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
