/** sideline cp and mv: objects, and all that is below prefixes, to other keys. */
import { SidelineError } from '../../shared/errors.ts';
import { checkedKey } from '../../shared/key-template/key-rules.ts';
import { transferring as words } from '../../shared/strings/terminal-transfers.ts';
import type { Bucket } from '../admin/bucket.ts';
import { bothOf } from '../admin/patience.ts';
import { baseOf, type Chosen } from '../admin/selection.ts';
import { transferObjects } from '../admin/transfer/transfer.ts';
import { createBandwidth } from '../engine/upload/bandwidth.ts';
import { refuseNothing, runBucketTask } from './bucket-task.ts';
import type { Environment } from './environment.ts';
import { namedObjects } from './named-objects.ts';
import { withBucket, type BucketCommand } from './open-bucket.ts';
import type { ExitCode } from './work.ts';

export interface CopyOptions extends BucketCommand {
  json: boolean;
  recursive: boolean;
  overwrite: boolean;
  /** who may do what with the source may do it with the copy */
  access: boolean;
  /** bytes per second, of what goes through this computer; null: as fast as the line */
  limitRate: number | null;
  /** ms */
  wait: number;
  /** where they go, if not over the same connection */
  toConnection?: string | undefined;
}

/** Throws `invalid-input`, and `key-invalid` where the target can be no key. */
export function copy(
  names: readonly string[],
  target: string,
  options: CopyOptions,
  env: Environment,
): Promise<ExitCode> {
  return transferNamed(names, target, false, options, env);
}

export function move(
  names: readonly string[],
  target: string,
  options: CopyOptions,
  env: Environment,
): Promise<ExitCode> {
  return transferNamed(names, target, true, options, env);
}

function transferNamed(
  names: readonly string[],
  target: string,
  isMove: boolean,
  options: CopyOptions,
  env: Environment,
): Promise<ExitCode> {
  refuseBadTarget(names, target);
  const { toConnection, json, wait, recursive, overwrite, access, limitRate } = options;

  function run(from: Bucket, to: Bucket, signal: AbortSignal): Promise<ExitCode> {
    const verb = isMove ? words.mv : words.cp;
    return runBucketTask(
      bothOf(from.storage, to.storage),
      {
        ...{ json, wait, verb },
        async work(output, patience) {
          const chosen = await namedObjects(from, names, recursive, patience);
          await transferObjects({
            ...{ from, to, chosen, only: null, overwrite, patience },
            move: isMove ? { dataFolder: options.dataDir, program: 'terminal' } : null,
            access: access ? 'all' : 'none',
            bandwidth: createBandwidth(limitRate),
            keyFor: keysFor(chosen, names, target),
            report: output.report,
            onDone: output.done,
          });
          refuseNothing(output, names);
        },
      },
      signal,
    );
  }

  return withBucket(options, env, (from, signal) => {
    if (toConnection === undefined) return run(from, from, signal);
    const over = { dataDir: options.dataDir, connection: toConnection };
    return withBucket(over, env, (to, ending) => run(from, to, AbortSignal.any([signal, ending])));
  });
}

/** A target with a slash at its end is a folder; '' and '/': the bucket itself. */
const isFolder = (target: string) => target === '' || target.endsWith('/');

function refuseBadTarget(names: readonly string[], target: string): void {
  if (!isFolder(target) && names.length > 1) throw new SidelineError('invalid-input', { subject: words.noTarget });
  const name = target.replace(/\/$/, '');
  if (name !== '') checkedKey(name);
}

/** Into a folder they go under their own names; else the target takes the place of the one name that was given. */
function keysFor(chosen: Chosen, names: readonly string[], target: string): (key: string) => string {
  if (!isFolder(target)) {
    const length = (names[0] ?? '').replace(/\/$/, '').length;
    const join = length === 0 ? '/' : '';
    return (key) => `${target}${join}${key.slice(length)}`;
  }
  const prefix = target === '/' ? '' : target;
  const base = baseOf(chosen);
  return (key) => `${prefix}${key.slice(base.length)}`;
}
