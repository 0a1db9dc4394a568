/** sideline sweep: what was left in a bucket, and a way to clean it up that asks first. */
import { confirm } from '@clack/prompts';
import { asSidelineError, reasonOf, SidelineError } from '../../shared/errors.ts';
import { formatBytes, printable } from '../../shared/format.ts';
import type { LeftUpload } from '../../shared/orphans.ts';
import { foldersOf } from '../../shared/own-folder.ts';
import { terminalSweep as words } from '../../shared/strings/terminal-check.ts';
import type { Bucket } from '../admin/bucket.ts';
import { abortUploads, mayBeAborted } from '../admin/orphans/abort.ts';
import { connectionsTo, ownUploads } from '../admin/orphans/known.ts';
import { leftUploads, type OwnUploads } from '../admin/orphans/uploads.ts';
import type { Journal } from '../journal/journal.ts';
import type { Environment } from './environment.ts';
import { jsonLine } from './json-line.ts';
import { withBucket, type BucketCommand } from './open-bucket.ts';
import type { ExitCode } from './work.ts';

export interface SweepCommand extends BucketCommand {
  json: boolean;
  yes: boolean;
  /** ms */
  olderThan: number;
}

const line = (value: object) => process.stdout.write(jsonLine(value));
const say = (text: string) => process.stdout.write(`${text}\n`);

/** 1 where some could not be removed. Throws `invalid-input` where nobody can be asked. */
export function sweepUploads(options: SweepCommand, env: Environment): Promise<ExitCode> {
  return withBucket(options, env, async (bucket, signal, journal) => {
    const own = ownOf(bucket, journal);
    const now = Date.now() + bucket.storage.clockOffset();
    const old: LeftUpload[] = [];
    let all = 0;
    const folders = foldersOf(bucket.connectionId, journal?.destinations() ?? []) ?? [''];
    for (const prefix of folders) {
      for await (const page of leftUploads(bucket, own, prefix, signal)) {
        for (const upload of page) {
          all += 1;
          showUpload(upload, options.json);
          if (mayBeAborted(upload, options.olderThan, now)) old.push(upload);
        }
      }
    }
    return await remove({ bucket, own, old, all, options }, signal);
  });
}

interface Removal {
  bucket: Bucket;
  own: OwnUploads;
  old: readonly LeftUpload[];
  all: number;
  options: SweepCommand;
}

async function remove({ bucket, own, old, all, options }: Removal, signal: AbortSignal): Promise<ExitCode> {
  const { json, yes, olderThan } = options;
  if (old.length === 0) {
    if (json) line({ event: 'summary', found: all, removed: 0, failed: 0, bytes: 0 });
    else say(all === 0 ? words.nothing : words.noneOld(all, olderThan));
    return 0;
  }
  const bytes = old.reduce((sum, upload) => sum + (upload.bytes ?? 0), 0);
  if (!yes) {
    if (json || !process.stdin.isTTY || !process.stdout.isTTY)
      throw new SidelineError('invalid-input', { subject: words.askNeeded(old.length) });
    const answer = await confirm({ message: words.ask(old.length, bytes, olderThan), initialValue: false });
    if (answer !== true) return 0;
  }
  let removed = 0;
  let freed = 0;
  let failed = 0;
  const report = {
    done(upload: LeftUpload) {
      removed += 1;
      freed += upload.bytes ?? 0;
    },
    kept: () => undefined,
    failed({ key, uploadId }: LeftUpload, error: unknown) {
      failed += 1;
      if (json) line({ event: 'failed', key, uploadId, reason: reasonOf(error) });
      else process.stderr.write(`${words.keyFailed(printable(key), printable(asSidelineError(error).message))}\n`);
    },
  };
  await abortUploads(bucket, old, own, report, signal);
  if (json) line({ event: 'summary', found: all, removed, failed, bytes: freed });
  else {
    say(words.done(removed, freed));
    if (failed > 0) say(words.failed(failed));
  }
  return failed > 0 ? 1 : 0;
}

function ownOf(bucket: Bucket, journal: Journal | null): OwnUploads {
  if (journal === null) return { isUnderWay: () => false };
  return ownUploads(journal, connectionsTo(journal, bucket.storage.connection.config));
}

function showUpload(upload: LeftUpload, json: boolean): void {
  if (json) {
    line({ event: 'upload', ...upload });
    return;
  }
  const size = upload.bytes === null ? words.unmeasured : formatBytes(upload.bytes);
  say(words.upload(new Date(upload.initiated).toISOString(), size, printable(upload.key), upload.own));
}
