/** Writes the log of a deletion: only at its end, each line as a whole, and on the disk where that is asked for. */
import { open, type FileHandle } from 'node:fs/promises';
import { SidelineError } from '../../../shared/errors.ts';
import type { Head, Item, LogEvent } from './log-lines.ts';
import { systemCode } from '../../system-code.ts';

export interface LogWriter {
  /** Resolves when the system has them. Rejects with `journal-failed`. */
  write(lines: readonly (Head | Item | LogEvent)[]): Promise<void>;
  /** The same; and it stays, whatever happens to the power. */
  writeSafely(lines: readonly (Head | Item | LogEvent)[]): Promise<void>;
  close(): Promise<void>;
}

/** Only its owner may read it. Rejects with `journal-failed`. */
export async function openLogWriter(file: string): Promise<LogWriter> {
  const handle = await open(file, 'a+', 0o600).catch(refused);
  const isCut = await isCutShort(handle).catch(refused);
  let last: Promise<void> = Promise.resolve();

  /** One after the other: what is written side by side could be mixed. */
  function inTurn(work: () => Promise<void>): Promise<void> {
    const mine = last.then(work);
    last = mine.catch(() => undefined); // whoever asked for it is told
    return mine.catch(refused);
  }
  const append = async (text: string) => handle.writeFile(text);
  if (isCut) await inTurn(() => append(cutEnd));

  const textOf = (lines: readonly object[]) => lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  return {
    write: (lines) => inTurn(() => append(textOf(lines))),
    writeSafely: (lines) =>
      inTurn(async () => {
        await append(textOf(lines));
        await handle.datasync();
      }),
    async close() {
      await last;
      await handle.close().catch(refused);
    },
  };
}

/** Ends a line that a crash cut: no reader took it for one so far, and none must from now on, though it may look whole. */
const cutEnd = ' (cut)\n';

/** What is written next begins a new line. */
async function isCutShort(handle: FileHandle): Promise<boolean> {
  const { size } = await handle.stat();
  if (size === 0) return false;
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer.toString() !== '\n';
}

function refused(cause: unknown): never {
  throw new SidelineError('journal-failed', { subject: systemCode(cause), cause });
}
