/** What this computer is sending to where a deletion looks: it arrives after the count, and is not deleted. */
import { unfinishedStates } from '../../engine/transfer-state.ts';
import type { Journal } from '../../journal/journal.ts';
import type { S3Config } from '../../../shared/domain.ts';
import { connectionsTo } from '../orphans/known.ts';

export type ArrivingJournal = Pick<Journal, 'everyConnection' | 'keysBehind'>;

/** rows that are read at once */
const perRead = 1000;

/** Files that are not there yet, below any of these prefixes, over whatever connection to the bucket. */
export async function arrivingBelow(
  journal: ArrivingJournal,
  config: S3Config,
  prefixes: readonly string[],
): Promise<number> {
  let count = 0;
  for (const connectionId of connectionsTo(journal, config))
    for (const prefix of prefixes) count += await arriving(journal, connectionId, prefix);
  return count;
}

async function arriving(journal: ArrivingJournal, connectionId: number, prefix: string): Promise<number> {
  let count = 0;
  let after = { key: prefix, id: 0 };
  for (;;) {
    const rows = journal.keysBehind(connectionId, after, perRead);
    for (const { key, state } of rows) {
      if (!key.startsWith(prefix)) return count;
      if ((unfinishedStates as readonly string[]).includes(state)) count += 1;
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < perRead) return count;
    after = { key: last.key, id: last.id };
    await new Promise(setImmediate); // the loop stays free
  }
}
