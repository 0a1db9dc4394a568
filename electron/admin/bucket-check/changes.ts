/** A mend in two steps: the exact change is shown, and made only if the setting is still what was shown. */
import type { DestinationRules } from '../../../shared/destination.ts';
import type { Mend, MendPreview, MendResult } from '../../../shared/bucket-check.ts';
import { SidelineError } from '../../../shared/errors.ts';
import { bucketCheck } from '../../../shared/strings/bucket-check.ts';
import type { Bucket } from '../bucket.ts';
import { pause } from '../pause.ts';
import { holds } from './holds.ts';
import { lineDiff } from './line-diff.ts';
import { mended, partsOf, settingOf } from './mends.ts';
import { readSetting, textOf, writeSetting, type SettingValue } from './settings.ts';
import { warningsOf } from './warnings.ts';

export interface PlannedChange {
  /** its name */
  bucket: string;
  mend: Mend;
  before: SettingValue;
  after: NonNullable<SettingValue>;
}

/** Throws `denied`, `unsupported`, or what the storage said, where the setting cannot be read: nobody changes what he cannot see. */
export async function planChange(bucket: Bucket, mend: Mend, signal: AbortSignal): Promise<PlannedChange> {
  const before = await readable(bucket, mend, signal);
  return { bucket: bucket.name, mend, before, after: mended(mend, before, bucket.storage.connection.config) };
}

export function previewOf(
  { bucket, mend, before, after }: PlannedChange,
  destinations: readonly DestinationRules[],
): Omit<MendPreview, 'id'> {
  const texts = { before: textOf(before), after: textOf(after) };
  return {
    ...{ mend, setting: settingOf[mend.mend], ...texts },
    lines: lineDiff(texts.before, texts.after),
    warnings: warningsOf(mend, destinations),
    unchanged: texts.before === texts.after || holds(mend, before, bucket),
  };
}

/** Settings are not the same everywhere at once on a large store. ms */
const pauses = [0, 300, 700, 1500];

/**
 * Throws `setting-changed` where somebody has changed it since it was shown, `read-only`, `denied`, `unsupported`, and what the
 * storage says to it. A store has no condition for settings: what is changed in the same moment as this is not noticed.
 */
export async function applyChange(bucket: Bucket, change: PlannedChange, signal: AbortSignal): Promise<MendResult> {
  const { mend, before, after } = change;
  const name = settingOf[mend.mend];
  const current = await readable(bucket, mend, signal);
  if (textOf(current) !== textOf(before)) throw new SidelineError('setting-changed');
  await writeSetting(bucket, name, after, signal);
  let now = current;
  for (const ms of pauses) {
    await pause(ms, signal);
    now = await readable(bucket, mend, signal);
    if (holds(mend, now, bucket.name)) break;
  }
  const taken = holds(mend, now, bucket.name);
  const lost = taken ? lostOf(change, now) : 0;
  const { results } = bucketCheck;
  const message = !taken ? results.notTaken : lost > 0 ? results.lost(lost) : results.taken;
  return { taken, message, now: textOf(now) };
}

async function readable(bucket: Bucket, mend: Mend, signal: AbortSignal): Promise<SettingValue> {
  const name = settingOf[mend.mend];
  const setting = await readSetting(bucket, name, signal);
  if (setting.outcome === 'read') return setting.value;
  const subject = bucketCheck.settings[name];
  if (setting.outcome === 'unsupported') throw new SidelineError('unsupported', { subject });
  if (setting.outcome === 'denied') throw new SidelineError('denied', { operation: 'connect', subject });
  throw new SidelineError('rejected', { operation: 'connect', subject: setting.message });
}

/** Rules of others that were to stay, and are not there any more as they were. */
function lostOf({ before, after }: PlannedChange, now: SettingValue): number {
  const text = (part: unknown) => JSON.stringify(part);
  const kept = new Set(partsOf(after).map(text));
  const there = new Set(partsOf(now).map(text));
  return partsOf(before)
    .map(text)
    .filter((part) => kept.has(part) && !there.has(part)).length;
}
