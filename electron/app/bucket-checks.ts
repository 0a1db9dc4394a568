/** The bucket check for the window: looks, shows the exact change, and makes it when a person has seen it. */
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type {
  BucketCheck,
  CheckReading,
  Mend,
  MendPreview,
  MendResult,
  SettingChange,
  SettingRead,
} from '../../shared/bucket-check.ts';
import { asS3 } from '../../shared/connection-kind.ts';
import { SidelineError } from '../../shared/errors.ts';
import { policyText, type PolicyRole } from '../../shared/iam-policy.ts';
import { bucketCheck } from '../../shared/strings/bucket-check.ts';
import { refusals } from '../../shared/strings/refusals.ts';
import type { Bucket } from '../admin/bucket.ts';
import { openChangeLog } from '../admin/bucket-check/change-log.ts';
import { applyChange, planChange, planPutBack, previewOf, type PlannedChange } from '../admin/bucket-check/changes.ts';
import { checkBucket } from '../admin/bucket-check/check.ts';
import { textOf } from '../admin/bucket-check/settings.ts';
import { bucketPlace, connectionsTo, ownUploads, type KnownJournal } from '../admin/orphans/known.ts';
import type { Journal } from '../journal/journal.ts';
import { createTurns } from '../storage/whole-file.ts';
import { refuseElsewhere, type Buckets } from './buckets.ts';

export interface BucketChecks {
  /** Rejects where nothing at all can be read. */
  run(connectionId: number): Promise<BucketCheck>;
  /** Rejects with `denied`, `unsupported`, or why the setting cannot be read. */
  preview(connectionId: number, mend: Mend): Promise<MendPreview>;
  /** Rejects with `setting-changed` where it is no longer what was shown, and with what the storage says to it. */
  apply(previewId: string): Promise<MendResult>;
  /** Those that were made from this computer, the newest first. */
  changes(connectionId: number): Promise<SettingChange[]>;
  /** What it would be to put back what was there before one of them. Rejects as `preview`. */
  previewBack(connectionId: number, changeId: string): Promise<MendPreview>;
  /** As JSON text; `principal`: see `policyText`. Throws `invalid-input` where there is no such destination, or it goes over a backend. */
  policy(destinationId: number, role: PolicyRole, principal: string | null): string;
  /** What is under way rejects. */
  close(): void;
}

export interface BucketChecksDeps {
  buckets: Pick<Buckets, 'of'>;
  journal: KnownJournal & Pick<Journal, 'connection' | 'destination' | 'destinations'>;
  log: Logger;
  dataFolder: string;
  /** a reading of a check that goes on */
  push(reading: CheckReading): void;
}

interface Shown {
  connectionId: number;
  /** of the bucket that was looked at: see `bucketPlace` */
  place: string;
  change: PlannedChange;
}

/** That were shown and not applied. The oldest is forgotten first. */
const mostPreviews = 20;
const mostChanges = 100;
/** of all of it together; each request has its own limit too. ms */
const longest = 120_000;

export function createBucketChecks({ buckets, journal, log, dataFolder, push }: BucketChecksDeps): BucketChecks {
  const changeLog = openChangeLog(dataFolder);
  const previews = new Map<string, Shown>();
  const inTurn = createTurns();
  const closing = new AbortController();

  async function within<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(new SidelineError('stalled', { operation: 'connect' })), longest);
    try {
      return await work(AbortSignal.any([closing.signal, late.signal]));
    } finally {
      clearTimeout(timer);
    }
  }

  const destinationsOf = (connectionId: number) =>
    journal
      .destinations()
      .filter((one) => one.connectionId === connectionId)
      .map(({ rules }) => rules);

  function shown(bucket: Bucket, change: PlannedChange): MendPreview {
    const { connectionId } = bucket;
    const id = randomUUID();
    previews.set(id, { connectionId, place: bucketPlace(bucket.storage.connection.config), change });
    const [oldest] = previews.keys();
    if (previews.size > mostPreviews && oldest !== undefined) previews.delete(oldest);
    return { id, ...previewOf(change, destinationsOf(connectionId)) };
  }

  return {
    async run(connectionId) {
      const bucket = await buckets.of(connectionId);
      const own = ownUploads(journal, connectionsTo(journal, bucket.storage.connection.config));
      const destinations = destinationsOf(connectionId);
      const told = (read: SettingRead) => push({ connectionId, read });
      return await within((signal) => checkBucket(bucket, { destinations, own, told }, signal));
    },
    async preview(connectionId, mend) {
      const bucket = await buckets.of(connectionId);
      return shown(bucket, await within((signal) => planChange(bucket, mend, signal)));
    },
    async changes(connectionId) {
      const { storage } = await buckets.of(connectionId);
      const all = await changeLog.of(bucketPlace(storage.connection.config));
      return all.slice(0, mostChanges).map(({ id, at, setting, mend, before, after, ended }) => ({
        ...{ id, at, setting, mend, taken: ended?.taken ?? null },
        ...{ before: textOf(before), after: textOf(ended?.now ?? after) },
      }));
    },
    async previewBack(connectionId, changeId) {
      const bucket = await buckets.of(connectionId);
      const change = await changeLog.find(bucketPlace(bucket.storage.connection.config), changeId);
      return shown(bucket, await within((signal) => planPutBack(bucket, change, signal)));
    },
    async apply(previewId) {
      const planned = previews.get(previewId);
      if (planned === undefined) throw new SidelineError('invalid-input', { subject: bucketCheck.previewGone });
      previews.delete(previewId); // what was applied once is not applied twice
      const { connectionId, place, change } = planned;
      const bucket = await buckets.of(connectionId);
      refuseElsewhere(bucket, place);
      // One after the other: each looks whether the setting is still what was shown, and then writes all of it.
      const result = await inTurn(() => within((signal) => applyChange(bucket, change, changeLog, signal)));
      const { changeId, taken } = result;
      log.info({ connection: connectionId, setting: change.setting, changeId, taken }, 'a bucket setting was changed');
      return result;
    },
    policy(destinationId, role, principal) {
      const destination = journal.destination(destinationId);
      if (destination === null) throw new SidelineError('invalid-input', { subject: refusals.noDestination });
      const { config } = asS3(journal.connection(destination.connectionId));
      return policyText(role, destination.rules, config, principal);
    },
    close: () => closing.abort(new SidelineError('superseded')),
  };
}
