/**
 * One writer: a lock that the operating system lets go of however the process ends, SIGKILL and power cut included. It is
 * a transaction held open on a database of its own; a lock file with a time in it would go stale on a sleeping laptop.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { SidelineError } from '../../shared/errors.ts';
import { systemCode } from '../system-code.ts';

export interface Lock {
  release(): void;
}

/** Throws `journal-locked`, naming the holder's process where it is known, and the system's or SQLite's own error. */
export function lockFolder(folder: string, options: Database.Options): Lock {
  const holderFile = path.join(folder, 'lock-holder.txt');
  const database = new Database(path.join(folder, 'lock.sqlite'), { ...options, timeout: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (!systemCode(error).startsWith('SQLITE_BUSY')) throw error; // a full disk, mostly
    const holder = existsSync(holderFile) ? readFileSync(holderFile, 'utf8').trim() : '';
    throw new SidelineError('journal-locked', { subject: holder, cause: error });
  }
  writeFileSync(holderFile, `process ${process.pid}, since ${new Date().toISOString()}\n`);
  return {
    release() {
      rmSync(holderFile, { force: true });
      database.exec('ROLLBACK');
      database.close();
    },
  };
}
