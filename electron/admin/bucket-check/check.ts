/** Reads all that a bucket's settings say, and judges it. Nothing is changed. */
import type { BucketCheck, SettingRead } from '../../../shared/bucket-check.ts';
import type { DestinationRules } from '../../../shared/destination.ts';
import { asSidelineError } from '../../../shared/errors.ts';
import { remedies } from '../../engine/upload/retry.ts';
import type { Bucket } from '../bucket.ts';
import { countUploads, type OwnUploads } from '../orphans/uploads.ts';
import { factsOf, type BucketFacts } from './facts.ts';
import { judge } from './judge.ts';
import { readSettings, textOf, type Setting, type Settings } from './settings.ts';

export interface CheckOptions {
  /** that go over this connection */
  destinations: readonly DestinationRules[];
  own: OwnUploads;
  /** Hears of each reading as it comes. */
  told?: (read: SettingRead) => void;
}

/** Rejects where nothing at all can be read: no network, wrong keys, no such bucket. */
export async function checkBucket(
  bucket: Bucket,
  { destinations, own, told = () => undefined }: CheckOptions,
  signal: AbortSignal,
): Promise<BucketCheck> {
  const [settings, uploads] = await Promise.all([
    readSettings(bucket, signal, (name, setting) => told({ name, ...described(setting) })),
    readUploads(bucket, own, signal).then((read) => {
      told(uploadsRead(read));
      return read;
    }),
  ]);
  const { config, capabilities } = bucket.storage.connection;
  const now = Date.now() + bucket.storage.clockOffset();
  return {
    ...{ connectionId: bucket.connectionId, bucket: bucket.name, checkedAt: Date.now() },
    destinations: destinations.length,
    settings: [...readsOf(settings), uploadsRead(uploads)],
    uploads: uploads.known ? uploads.value : null,
    findings: judge(factsOf(settings, { config, capabilities, uploads }), destinations, now),
  };
}

function readsOf(settings: Settings): SettingRead[] {
  return Object.entries(settings).map(([name, setting]) => ({ name: name as keyof Settings, ...described(setting) }));
}

function described(setting: Setting): Omit<SettingRead, 'name'> {
  if (setting.outcome === 'read') return { outcome: 'read', text: textOf(setting.value), message: '' };
  return { outcome: setting.outcome, text: '', message: setting.message };
}

function uploadsRead(uploads: BucketFacts['uploads']): SettingRead {
  if (uploads.known) return { name: 'uploads', outcome: 'read', text: '', message: '' };
  return { name: 'uploads', outcome: uploads.why, text: '', message: uploads.message };
}

async function readUploads(bucket: Bucket, own: OwnUploads, signal: AbortSignal): Promise<BucketFacts['uploads']> {
  try {
    return { known: true, value: await countUploads(bucket, own, signal) };
  } catch (thrown) {
    signal.throwIfAborted();
    const { kind, message } = asSidelineError(thrown);
    if (remedies[kind] !== 'fail') throw thrown;
    const why =
      kind === 'denied' || kind === 'prefix-locked' ? 'denied' : kind === 'unsupported' ? 'unsupported' : 'failed';
    return { known: false, why, message };
  }
}
