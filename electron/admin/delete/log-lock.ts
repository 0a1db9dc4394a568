/** Who works on a deletion now, by a small file beside its log: the window and the terminal must not undo the same one at once. */
import { open, readFile, rm, stat, type FileHandle } from 'node:fs/promises';
import os from 'node:os';
import { SidelineError } from '../../../shared/errors.ts';
import { deletions } from '../../../shared/strings/deletions.ts';
import { systemCode } from '../../system-code.ts';

const fileOf = (log: string) => `${log}.lock`;
/** The clock that counts from the start of the computer and that of files may differ a little. ms */
const tolerance = 5000;
/** What is done under a guard takes a moment. ms */
const guardLife = 10_000;

/** Throws `invalid-input` where another process has it, or this one. Resolves with what lets it go. */
export async function lockLog(log: string): Promise<() => Promise<void>> {
  const file = fileOf(log);
  const handle = (await take(file)) ?? ((await isHeld(file)) ? null : await takeFromTheDead(file));
  if (handle === null) throw new SidelineError('invalid-input', { subject: deletions.busy });
  try {
    await handle.writeFile(String(process.pid));
  } finally {
    await handle.close();
  }
  return () => rm(file, { force: true });
}

export const isLocked = (log: string): Promise<boolean> => isHeld(fileOf(log));

/** null: it is taken. Throws `journal-failed` where it cannot be written. */
async function take(file: string): Promise<FileHandle | null> {
  try {
    return await open(file, 'wx', 0o600);
  } catch (cause) {
    if (systemCode(cause) === 'EEXIST') return null;
    throw new SidelineError('journal-failed', { subject: systemCode(cause), cause });
  }
}

/** Many may find the same dead lock at once: whoever has the guard of it looks again, and only that one may take it away. */
async function takeFromTheDead(file: string): Promise<FileHandle | null> {
  const guard = `${file}.guard`;
  if (await isOlder(guard, guardLife)) await rm(guard, { force: true }); // a crash has left it
  const guarding = await take(guard);
  if (guarding === null) return null;
  try {
    if (await isHeld(file)) return null;
    await rm(file, { force: true });
    return await take(file);
  } finally {
    await guarding.close();
    await rm(guard, { force: true });
  }
}

async function isOlder(file: string, age: number): Promise<boolean> {
  const found = await stat(file).catch(() => null); // there is none
  return found !== null && Date.now() - found.mtimeMs > age;
}

/** A lock of a process that is gone, or of an earlier start of the computer, is none. */
async function isHeld(file: string): Promise<boolean> {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(file, 'utf8'), stat(file)]);
    const started = Date.now() - os.uptime() * 1000;
    return mtimeMs > started - tolerance && isAlive(Number(text));
  } catch {
    return false; // there is none
  }
}

/** 0: it is just being written */
function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid < 0) return false;
  if (pid === 0) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM'; // somebody else's
  }
}
