/** sideline sweep --orphans --forget: what is gone is taken out of the history, and of the records of backends. */
import { confirm, isCancel, text } from '@clack/prompts';
import { confirmationForCount } from '../../shared/deletion-confirmation.ts';
import { asSidelineError, reasonOf, SidelineError } from '../../shared/errors.ts';
import { printable } from '../../shared/format.ts';
import { wayToForget, type Forgettable, type MissingObject } from '../../shared/orphans.ts';
import { deletions } from '../../shared/strings/deletions.ts';
import { terminalSweep as words } from '../../shared/strings/terminal-check.ts';
import { checkConfirmation } from '../admin/delete/confirmation.ts';
import { forgetMissing, forgettable, type ForgetReport } from '../admin/orphans/forget.ts';
import type { Environment } from './environment.ts';
import { jsonLine } from './json-line.ts';
import { interruptible } from './open-bucket.ts';
import { openTold } from './open-session.ts';
import type { ExitCode } from './work.ts';

export interface ForgetOptions {
  dataDir: string;
  json: boolean;
  /** nobody is asked */
  yes: boolean;
  /** the name of the connection over which these were found, where nothing is changed through it; null: it may be changed */
  readOnly: string | null;
}

const line = (value: object) => process.stdout.write(jsonLine(value));
const say = (said: string) => process.stdout.write(`${said}\n`);

/**
 * 1 where one of them stays. Throws `invalid-input` where nobody can be asked or what was typed is not the number of records, and what
 * `openJournal` throws.
 */
export async function forgetFound(
  found: readonly MissingObject[],
  options: ForgetOptions,
  env: Environment,
): Promise<ExitCode> {
  const { dataDir, json, readOnly } = options;
  if (!(await isMeant(await forgettable(found, readOnly), options))) return 0;
  const session = openTold({ folder: dataDir, env });
  const { told, counts } = telling(options);
  try {
    return await interruptible(async (signal) => {
      const deps = { journal: session.journal, openBroker: session.brokers.open, readOnly };
      await forgetMissing(found, deps, told, signal);
      if (json) line({ event: 'summary', forgotten: counts });
      else say(words.forgotten(counts));
      return counts.failed > 0 ? 1 : 0;
    });
  } finally {
    session.close();
  }
}

function telling({ json, readOnly }: ForgetOptions) {
  const counts = { receipts: 0, records: 0, failed: 0 };
  const told: ForgetReport = {
    done(one) {
      const record = wayToForget(one, readOnly !== null) === 'record' ? one.record : null;
      counts[record === null ? 'receipts' : 'records'] += 1;
      if (json) line({ event: 'forgotten', key: one.key, record: record?.id ?? null });
      else say(printable(words.forgot(one.key, record?.name ?? null)));
    },
    failed({ key }, error) {
      counts.failed += 1;
      if (json) line({ event: 'failed', key, reason: reasonOf(error) });
      else process.stderr.write(`${words.keyFailed(printable(key), printable(asSidelineError(error).message))}\n`);
    },
  };
  return { told, counts };
}

async function isMeant(will: Forgettable, { json, yes }: ForgetOptions): Promise<boolean> {
  const records = will.records.reduce((sum, { count }) => sum + count, 0);
  if (yes || will.receipts + records === 0) return true; // where all of them stay, why is told of each
  if (json || !process.stdin.isTTY || !process.stdout.isTTY)
    throw new SidelineError('invalid-input', { subject: words.forgetNeeded(will.receipts, records) });
  const wanted = confirmationForCount(records);
  if (wanted !== null) {
    say(printable(words.forgetWhat(will)));
    const typed = await text({ message: printable(deletions.ask(wanted)) });
    if (isCancel(typed)) return false;
    checkConfirmation(wanted, typed);
    return true;
  }
  const answer = await confirm({ message: printable(words.forgetAsk(will)), initialValue: false });
  return !isCancel(answer) && answer;
}
