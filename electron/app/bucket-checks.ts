/** The bucket check for the window: looks, shows the exact change, and makes it when a person has seen it. */
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type {
  BucketCheck,
  CheckReading,
  Mend,
  MendPreview,
  MendResult,
  SettingRead,
} from '../../shared/bucket-check.ts';
import { asS3 } from '../../shared/connection-kind.ts';
import { SidelineError } from '../../shared/errors.ts';
import { accessPolicy, type PolicyRole } from '../../shared/iam-policy.ts';
import { bucketCheck } from '../../shared/strings/bucket-check.ts';
import { refusals } from '../../shared/strings/refusals.ts';
import { applyChange, planChange, previewOf, type PlannedChange } from '../admin/bucket-check/changes.ts';
import { checkBucket } from '../admin/bucket-check/check.ts';
import { textOf } from '../admin/bucket-check/settings.ts';
import { connectionsTo, ownUploads, type KnownJournal } from '../admin/orphans/known.ts';
import type { Journal } from '../journal/journal.ts';
import type { Buckets } from './buckets.ts';

export interface BucketChecks {
  /** Rejects where nothing at all can be read. */
  run(connectionId: number): Promise<BucketCheck>;
  /** Rejects with `denied`, `unsupported`, or why the setting cannot be read. */
  preview(connectionId: number, mend: Mend): Promise<MendPreview>;
  /** Rejects with `setting-changed` where it is no longer what was shown, and with what the storage says to it. */
  apply(previewId: string): Promise<MendResult>;
  /** As JSON text. Throws `invalid-input` where there is no such destination, or it goes over a backend. */
  policy(destinationId: number, role: PolicyRole): string;
  /** What is under way rejects. */
  close(): void;
}

export interface BucketChecksDeps {
  buckets: Pick<Buckets, 'of'>;
  journal: KnownJournal & Pick<Journal, 'connection' | 'destination' | 'destinations'>;
  log: Logger;
  /** a reading of a check that goes on */
  push(reading: CheckReading): void;
}

/** That were shown and not applied. The oldest is forgotten first. */
const mostPreviews = 20;
/** of all of it together; each request has its own limit too. ms */
const longest = 120_000;

export function createBucketChecks({ buckets, journal, log, push }: BucketChecksDeps): BucketChecks {
  const previews = new Map<string, { connectionId: number; change: PlannedChange }>();
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
      const change = await within((signal) => planChange(bucket, mend, signal));
      const id = randomUUID();
      previews.set(id, { connectionId, change });
      const [oldest] = previews.keys();
      if (previews.size > mostPreviews && oldest !== undefined) previews.delete(oldest);
      return { id, ...previewOf(change, destinationsOf(connectionId)) };
    },
    async apply(previewId) {
      const planned = previews.get(previewId);
      if (planned === undefined) throw new SidelineError('invalid-input', { subject: bucketCheck.previewGone });
      previews.delete(previewId); // what was applied once is not applied twice
      const { connectionId, change } = planned;
      const bucket = await buckets.of(connectionId);
      const said = { connection: connectionId, bucket: bucket.name, mend: change.mend };
      // What was there before can be put back by hand.
      log.info({ ...said, before: textOf(change.before), after: textOf(change.after) }, 'a bucket setting is changed');
      const result = await within((signal) => applyChange(bucket, change, signal));
      log.info({ ...said, taken: result.taken, now: result.now }, 'a bucket setting was changed');
      return result;
    },
    policy(destinationId, role) {
      const destination = journal.destination(destinationId);
      if (destination === null) throw new SidelineError('invalid-input', { subject: refusals.noDestination });
      const { config } = asS3(journal.connection(destination.connectionId));
      return JSON.stringify(accessPolicy(role, destination.rules, config), null, 2);
    },
    close: () => closing.abort(new SidelineError('superseded')),
  };
}
