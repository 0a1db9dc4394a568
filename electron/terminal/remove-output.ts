/** How `rm` speaks: one line that moves on a terminal, JSON lines where asked for. */
import logUpdate from 'log-update';
import { asSidelineError, reasonOf } from '../../shared/errors.ts';
import { formatCount, printable } from '../../shared/format.ts';
import { deletions as words } from '../../shared/strings/deletions.ts';
import { deletionInfo } from '../admin/delete/past.ts';
import type { DeletionReport } from '../admin/delete/run.ts';
import { jsonLine } from './json-line.ts';
import type { ExitCode } from './work.ts';

export interface DeletionOutput {
  json: boolean;
  /** a line that stays; for a person only */
  say(text: string): void;
  /** a line of JSON */
  line(value: object): void;
  counting(objects: number): void;
  /** Takes away the line that moves. */
  quiet(): void;
  report: DeletionReport;
}

/** ms */
const shownEvery = 100;
/** Of more the log tells. */
const mostShown = 20;

export function deletionOutput(json: boolean): DeletionOutput {
  const { stdout } = process;
  const moves = !json && stdout.isTTY;
  let shown = -Infinity;
  let [total, done, failed] = [0, 0, 0];

  function move(text: string): void {
    if (!moves || performance.now() - shown < shownEvery) return;
    shown = performance.now();
    logUpdate(text);
  }
  function quiet(): void {
    if (!moves) return;
    logUpdate.clear();
    logUpdate.done(); // the cursor is there again for a question
  }
  function say(text: string): void {
    quiet();
    if (!json) stdout.write(`${text}\n`);
  }
  const line = (value: object) => void stdout.write(jsonLine(value));

  return {
    ...{ json, say, line, quiet },
    counting: (objects) => move(words.terminal.counting(objects)),
    report: {
      total: (items) => void (total = items),
      done(items) {
        done += items;
        move(words.terminal.progress(done, total));
      },
      failed(key, error) {
        const reason = reasonOf(error);
        if (json) line({ event: 'failed', key, reason });
        else if (++failed <= mostShown) say(`${printable(key)}\n  ${printable(reason.message)}`);
      },
    },
  };
}

/** Does the work, and says what became of the deletion, whatever ended it. 3 where a person did. */
export async function ended(
  output: DeletionOutput,
  dataFolder: string,
  id: string,
  signal: AbortSignal,
  work: () => Promise<void>,
): Promise<ExitCode> {
  const error = await work().then(
    () => null,
    (thrown: unknown) => asSidelineError(thrown),
  );
  output.quiet();
  const info = await deletionInfo(dataFolder, id);
  const { objects, bytes, outcomes, undoable, what, state } = info;
  if (output.json) output.line({ deletion: id, what, state, objects, bytes, ...outcomes, undoable });
  else {
    output.say(`${words.infoWords(info)}.`);
    const left = outcomes.untried + outcomes.unknown + outcomes.failed;
    const { terminal } = words;
    if (left > 0) output.say(terminal.continueHint(id));
    if (undoable > 0) output.say(terminal.undoHint(id));
    const notBack = outcomes.replaced + outcomes.lost;
    if (left + notBack > mostShown)
      output.say(`${formatCount(left + notBack, 'object', 'objects')}: ${terminal.logHint(id)}`);
  }
  if (signal.aborted) return 3;
  if (error !== null) throw error;
  return state === 'done' ? 0 : 1;
}
