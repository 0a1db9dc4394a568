import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { SidelineError } from '../../shared/errors.ts';
import { lockFolder, type Lock } from './lock.ts';
import { createJournal, type Journal } from './journal.ts';
import { damageOf, isBehindBackup, rescue, setAside, suffixes, type RescueReport } from './rescue.ts';
import { migrations } from './schema.ts';
import { backupOf, damageOfFile, hasLostChanges } from './soundness.ts';
import { systemCode } from '../system-code.ts';

export interface OpenOptions {
  /** the data folder; made when it is missing */
  folder: string;
  /** read what a running Sideline writes: no lock, no migration, no change */
  readOnly?: boolean;
  /** better-sqlite3's addon, where its own prebuild does not fit the runtime */
  nativeBinding?: string;
  now?: () => Date;
}

export interface OpenedJournal extends Journal {
  /** what was done when the journal was found damaged, to be told to the person; else null */
  rescued: RescueReport | null;
}

/**
 * Opens the journal of a data folder as its one writer, or only to read it (null when there is none yet).
 * Throws `journal-locked` when another process has it, `journal-newer` when a later Sideline wrote it, `journal-failed`
 * when the folder cannot be written. A damaged journal is set aside and rebuilt: see `rescued`; who only reads it is told
 * `journal-damaged`, now or by what it reads.
 */
export function openJournal(options: OpenOptions & { readOnly: true }): Journal | null;
export function openJournal(options: OpenOptions): OpenedJournal;
export function openJournal(options: OpenOptions): OpenedJournal | Journal | null {
  const file = path.join(options.folder, 'journal.sqlite');
  const driver = options.nativeBinding === undefined ? {} : { nativeBinding: options.nativeBinding };
  if (options.readOnly === true) {
    if (damageOfFile(file) !== null) throw new SidelineError('journal-damaged');
    if (!existsSync(file)) return null;
    const database = new Database(file, { ...driver, readonly: true, fileMustExist: true, timeout: 5000 });
    refuseNewer(database);
    if (versionOf(database) === 0 && existsSync(backupOf(file))) {
      database.close();
      throw new SidelineError('journal-damaged');
    }
    if (versionOf(database) < migrations.length) {
      // Of an earlier Sideline: brought up to date first, unless that one is still at work.
      database.close();
      openJournal({ ...options, readOnly: false }).close();
      return openJournal({ ...options, readOnly: true });
    }
    return createJournal(database, () => database.close(), file);
  }
  const lock = prepareFolder(options.folder, driver);
  try {
    const { database, rescued } = openOrRebuild(file, driver, options.now ?? (() => new Date()));
    const close = () => {
      database.close();
      lock.release();
    };
    return Object.assign(createJournal(database, close, file), { rescued });
  } catch (error) {
    lock.release();
    throw error;
  }
}

function prepareFolder(folder: string, driver: Database.Options): Lock {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return lockFolder(folder, driver);
  } catch (error) {
    if (error instanceof SidelineError) throw error;
    const code = systemCode(error);
    throw new SidelineError('journal-failed', { subject: `${folder} ${code}`.trim(), cause: error });
  }
}

function openOrRebuild(
  file: string,
  driver: Database.Options,
  now: () => Date,
): { database: Database.Database; rescued: RescueReport | null } {
  const unreadable = damageOfFile(file) ?? (hasLostChanges(file) ? 'its last changes cannot be read' : null);
  if (unreadable !== null) return rebuild(file, unreadable, driver, now);
  const database = new Database(file, driver);
  const damage =
    damageOf(database) ?? (isBehindBackup(database, backupOf(file), driver) ? 'it is behind its backup' : null);
  if (damage === null) return { database: prepare(database), rescued: null };
  database.close();
  return rebuild(file, damage, driver, now);
}

function rebuild(
  file: string,
  damage: string,
  driver: Database.Options,
  now: () => Date,
): { database: Database.Database; rescued: RescueReport } {
  // Whole before it takes the place: a rebuild that is cut short begins anew, with all that there was.
  const fresh = `${file}.rebuilt`;
  for (const suffix of suffixes) rmSync(fresh + suffix, { force: true });
  const rebuilt = prepare(new Database(fresh, driver));
  const found = rescue(rebuilt, { damaged: file, backup: backupOf(file) }, driver);
  rebuilt.close();
  const aside = setAside(file, now());
  renameSync(fresh, file);
  return { database: prepare(new Database(file, driver)), rescued: { ...found, setAside: aside, why: damage } };
}

function prepare(database: Database.Database): Database.Database {
  // WAL lets readers in while we write; NORMAL may lose the last commits in a power cut but never tears: see `flush`.
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = NORMAL');
  database.pragma('wal_autocheckpoint = 4000');
  refuseNewer(database);
  const from = versionOf(database);
  database.transaction(() => {
    for (const migration of migrations.slice(from)) database.exec(migration);
    database.pragma(`user_version = ${migrations.length}`);
  })();
  return database;
}

function refuseNewer(database: Database.Database): void {
  if (versionOf(database) > migrations.length) {
    database.close();
    throw new SidelineError('journal-newer');
  }
}

function versionOf(database: Database.Database): number {
  return Number(database.pragma('user_version', { simple: true }));
}

/** Writes a copy that a rebuild can fall back on; the loop stays free meanwhile. */
export async function writeBackup(journal: Journal): Promise<void> {
  const temporary = `${backupOf(journal.file)}.new`;
  rmSync(temporary, { force: true });
  await journal.backupTo(temporary, backupOf(journal.file));
}
