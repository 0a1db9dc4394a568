/** The changes that `check` makes, one after the other: each is shown, asked for, made and read back; or an earlier one put back. */
import { confirm } from '@clack/prompts';
import type { Mend } from '../../shared/bucket-check.ts';
import type { DestinationRules } from '../../shared/destination.ts';
import { SidelineError } from '../../shared/errors.ts';
import { bucketCheck } from '../../shared/strings/bucket-check.ts';
import { terminalCheck as words } from '../../shared/strings/terminal-check.ts';
import { openChangeLog } from '../admin/bucket-check/change-log.ts';
import { applyChange, planChange, planPutBack, previewOf, type PlannedChange } from '../admin/bucket-check/changes.ts';
import { textOf } from '../admin/bucket-check/settings.ts';
import type { Bucket } from '../admin/bucket.ts';
import { bucketPlace } from '../admin/orphans/known.ts';
import { showPreview } from './check-output.ts';
import { jsonLine } from './json-line.ts';

interface Making {
  bucket: Bucket;
  destinations: readonly DestinationRules[];
  dataDir: string;
  json: boolean;
  /** nobody is asked */
  yes: boolean;
}

/**
 * Each is planned when the one before is made, for several may be of one setting. False: the storage has not taken one of them.
 * Throws `invalid-input` where nobody can be asked: then all were shown, and none was made.
 */
export async function makeChanges(making: Making, mends: readonly Mend[], signal: AbortSignal): Promise<boolean> {
  let taken = true;
  let unasked = false;
  for (const mend of mends) {
    const made = await make(making, await planChange(making.bucket, mend, signal), signal);
    if (made === 'not-taken') taken = false;
    if (made === 'nobody') unasked = true;
  }
  if (unasked) throw new SidelineError('invalid-input', { subject: words.askNeeded });
  return taken;
}

/** What was there before a change of earlier. Throws and answers as `makeChanges`. */
export async function putBack(making: Making, id: string, signal: AbortSignal): Promise<boolean> {
  const { bucket, dataDir } = making;
  const change = await openChangeLog(dataDir).find(bucketPlace(bucket.storage.connection.config), id);
  const made = await make(making, await planPutBack(bucket, change, signal), signal);
  if (made === 'nobody') throw new SidelineError('invalid-input', { subject: words.askNeeded });
  return made !== 'not-taken';
}

type Made = 'taken' | 'not-taken' | 'left' | 'nobody';

async function make(making: Making, change: PlannedChange, signal: AbortSignal): Promise<Made> {
  const { bucket, destinations, dataDir, json } = making;
  const preview = previewOf(change, destinations);
  showPreview(preview, json);
  if (preview.unchanged) return 'left';
  const answer = await mayApply(making);
  if (answer !== 'yes') return answer;
  const result = await applyChange(bucket, change, openChangeLog(dataDir), signal);
  if (json) process.stdout.write(jsonLine({ event: 'mended', mend: change.mend, ...result }));
  else process.stdout.write(`${result.message}\n${words.backHint(result.changeId)}\n\n`);
  return result.taken ? 'taken' : 'not-taken';
}

async function mayApply({ yes, json }: Making): Promise<'yes' | 'left' | 'nobody'> {
  if (yes) return 'yes';
  if (json || !process.stdin.isTTY || !process.stdout.isTTY) return 'nobody';
  if ((await confirm({ message: words.ask, initialValue: false })) === true) return 'yes';
  process.stdout.write(`${words.left}\n`);
  return 'left';
}

/** The newest first. */
export async function showChanges({
  bucket,
  dataDir,
  json,
}: Pick<Making, 'bucket' | 'dataDir' | 'json'>): Promise<void> {
  const changes = await openChangeLog(dataDir).of(bucketPlace(bucket.storage.connection.config));
  for (const { id, at, setting, mend, before, after, ended } of changes) {
    const taken = ended?.taken ?? null;
    const texts = { before: textOf(before), after: textOf(ended?.now ?? after) };
    if (json) process.stdout.write(jsonLine({ id, at, setting, mend, taken, ...texts }));
    else {
      const what = mend === null ? bucketCheck.putBack : bucketCheck.mends[mend.mend];
      const when = new Date(at).toLocaleString();
      process.stdout.write(`${words.change(id, when, bucketCheck.settings[setting], what, taken)}\n`);
    }
  }
  if (changes.length === 0 && !json) process.stdout.write(`${words.noChanges}\n`);
}
