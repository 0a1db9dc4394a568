/** Who works on a deletion now, by a small file beside its log: the window and the terminal must not undo the same one at once. */
import { open, readFile, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import { SidelineError } from '../../../shared/errors.ts';
import { deletions } from '../../../shared/strings/deletions.ts';

const fileOf = (log: string) => `${log}.lock`;
/** The clock that counts from the start of the computer and that of files may differ a little. ms */
const tolerance = 5000;

/** Throws `invalid-input` where another process has it, or this one. Resolves with what lets it go. */
export async function lockLog(log: string): Promise<() => Promise<void>> {
  if (!(await isLocked(log))) await rm(fileOf(log), { force: true });
  const handle = await open(fileOf(log), 'wx', 0o600).catch((cause: unknown) => {
    throw new SidelineError('invalid-input', { subject: deletions.busy, cause });
  });
  try {
    await handle.writeFile(String(process.pid));
  } finally {
    await handle.close();
  }
  return () => rm(fileOf(log), { force: true });
}

/** A lock of a process that is gone, or of an earlier start of the computer, is none. */
export async function isLocked(log: string): Promise<boolean> {
  const file = fileOf(log);
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
    return error instanceof Error && 'code' in error && error.code === 'EPERM'; // somebody else's
  }
}
