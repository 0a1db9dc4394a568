/** A change to a setting in two steps: it is shown exactly, and made only if the setting is still what was shown. */
import type { DestinationRules } from '../../../shared/destination.ts';
import {
  settingOf,
  type Mend,
  type MendPreview,
  type MendResult,
  type SettingName,
} from '../../../shared/bucket-check.ts';
import { SidelineError } from '../../../shared/errors.ts';
import { bucketCheck } from '../../../shared/strings/bucket-check.ts';
import type { Bucket } from '../bucket.ts';
import { bucketPlace } from '../orphans/known.ts';
import { pause } from '../pause.ts';
import type { ChangeLog, ChangeRecord } from './change-log.ts';
import { publicAccessOf, rootOf, versioningOf } from './facts.ts';
import { holds } from './holds.ts';
import { lineDiff } from './line-diff.ts';
import { mended, partsOf, withoutVersions } from './mends.ts';
import { readSetting, textOf, writeSetting, type SettingValue } from './settings.ts';
import { warningsOf } from './warnings.ts';

export interface PlannedChange {
  /** its name */
  bucket: string;
  setting: SettingName;
  /** null: it puts back what an earlier change has taken away */
  mend: Mend | null;
  before: SettingValue;
  after: SettingValue;
  /** What storage classes it has, only Amazon says. */
  isAmazon: boolean;
  /** The public access block is in its way. */
  isBlocked: boolean;
  /** What is put back takes away what somebody has changed since, too. */
  isOverOthers: boolean;
}

/** Throws `denied`, `unsupported`, or what the storage said, where the setting cannot be read: nobody changes what he cannot see. */
export async function planChange(bucket: Bucket, mend: Mend, signal: AbortSignal): Promise<PlannedChange> {
  const setting = settingOf[mend.mend];
  const [before, isBlocked] = await Promise.all([
    readable(bucket, setting, signal),
    mend.mend === 'public-read' && isPolicyBlocked(bucket, signal),
  ]);
  const { config } = bucket.storage.connection;
  const around = { isAmazon: config.endpoint === null, isBlocked, isOverOthers: false };
  return { bucket: bucket.name, setting, mend, before, after: mended(mend, before, config), ...around };
}

/** Of what an earlier change has left, back to what was there before it. Throws as `planChange`. */
export async function planPutBack(bucket: Bucket, change: ChangeRecord, signal: AbortSignal): Promise<PlannedChange> {
  const { setting, ended } = change;
  const before = await readable(bucket, setting, signal);
  const after = setting === 'versioning' ? withoutVersions(change.before) : change.before;
  const left = ended === null ? change.after : ended.now;
  const isOverOthers = textOf(before) !== textOf(left);
  const around = { isAmazon: bucket.storage.connection.config.endpoint === null, isBlocked: false, isOverOthers };
  return { bucket: bucket.name, setting, mend: null, before, after, ...around };
}

/** What of it cannot be read is taken not to be there. */
async function isPolicyBlocked(bucket: Bucket, signal: AbortSignal): Promise<boolean> {
  const block = await readSetting(bucket, 'public-access', signal);
  if (block.outcome !== 'read') return false;
  const { blockPolicy, restrictBuckets } = publicAccessOf(rootOf(block.value));
  return blockPolicy || restrictBuckets;
}

export function previewOf(change: PlannedChange, destinations: readonly DestinationRules[]): Omit<MendPreview, 'id'> {
  const { mend, setting, before, after } = change;
  const texts = { before: textOf(before), after: textOf(after) };
  return {
    ...{ mend, setting, ...texts },
    lines: lineDiff(texts.before, texts.after),
    warnings: warningsOf(change, destinations),
    unchanged: isMade(change, before),
  };
}

/** Settings are not the same everywhere at once on a large store. ms */
const pauses = [0, 300, 700, 1500];

/**
 * Throws `setting-changed` where somebody has changed it since it was shown, `read-only`, `denied`, `unsupported`,
 * `journal-failed`, and what the storage says to it. A store has no condition for settings: what is changed in the same moment as
 * this is not noticed before, but by what is read back.
 */
export async function applyChange(
  bucket: Bucket,
  change: PlannedChange,
  log: ChangeLog,
  signal: AbortSignal,
): Promise<MendResult> {
  const { setting, mend, before, after, isBlocked } = change;
  const current = await readable(bucket, setting, signal);
  if (textOf(current) !== textOf(before)) throw new SidelineError('setting-changed');
  const place = bucketPlace(bucket.storage.connection.config);
  const refused = bucket.refusal({ right: 'write-settings', setting, key: '', operation: 'connect' });
  if (refused !== null) throw refused;
  const changeId = await log.begun({ place, setting, mend, before: current, after });
  try {
    await writeSetting(bucket, { name: setting, value: after, isBlocked }, signal);
  } catch (error) {
    if (isRefusal(error)) await log.ended(changeId, { taken: false, now: current });
    throw error;
  }
  let now = current;
  for (const ms of pauses) {
    await pause(ms, signal);
    now = await readable(bucket, setting, signal);
    if (isMade(change, now)) break;
  }
  const taken = isMade(change, now);
  await log.ended(changeId, { taken, now });
  const lost = taken ? lostOf(change, now) : 0;
  const { results } = bucketCheck;
  const message = !taken ? results.notTaken : lost > 0 ? results.lost(lost) : results.taken;
  return { taken, message, now: textOf(now), changeId };
}

/** The store has said no: nothing is changed. Of other failures that is not known. */
function isRefusal(error: unknown): boolean {
  return error instanceof SidelineError && ['denied', 'rejected', 'unsupported'].includes(error.kind);
}

/** A store may write a mend in another form than it was sent; what is put back it had in that form itself. */
function isMade({ setting, mend, after, bucket }: PlannedChange, now: SettingValue): boolean {
  if (textOf(now) === textOf(after) || (mend !== null && holds(mend, now, bucket))) return true;
  return setting === 'versioning' && versioningOf(rootOf(now)) === versioningOf(rootOf(after));
}

async function readable(bucket: Bucket, name: SettingName, signal: AbortSignal): Promise<SettingValue> {
  const refused = bucket.refusal({ right: 'read-settings', key: '', operation: 'connect' });
  if (refused !== null) throw refused;
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
