/** sideline get over a backend: what it lets us read, as files of this computer. */
import path from 'node:path';
import type { BrokerConnection } from '../../shared/domain.ts';
import { asSidelineError, SidelineError } from '../../shared/errors.ts';
import { transferring as words } from '../../shared/strings/terminal-transfers.ts';
import { rulesOf } from '../admin/download/folder-rules.ts';
import { createLocalNames } from '../admin/download/local-names.ts';
import { openTargetFolder } from '../admin/download/target-folder.ts';
import { baseOf } from '../admin/selection.ts';
import { sideBySide } from '../admin/side-by-side.ts';
import type { BrokerFile } from '../broker/kind.ts';
import { createBandwidth } from '../engine/upload/bandwidth.ts';
import { remedies } from '../engine/upload/retry.ts';
import { nameOf, namedFiles, type NamedFiles } from './backend-files.ts';
import { refuseNothing, runBucketTask } from './bucket-task.ts';
import type { Environment } from './environment.ts';
import { fetchTo, sentContents, type Fetching } from './fetch-backend.ts';
import type { GetOptions } from './get.ts';
import { withBackend } from './open-backend.ts';
import type { ExitCode } from './work.ts';

/** files at once */
const atOnce = 8;

export function getOverBackend(
  connection: BrokerConnection,
  names: readonly string[],
  { dataDir, json, to, recursive, overwrite, wait, event, limitRate }: GetOptions,
  env: Environment,
): Promise<ExitCode> {
  return withBackend(connection, dataDir, env, (opened, signal, journal) => {
    const { broker } = opened;
    const compare = sentContents(journal, connection.id);
    return runBucketTask(
      opened,
      {
        ...{ json, wait, verb: words.get },
        async work(output, patience) {
          const { files, missing } = await patience.lasting(() =>
            namedFiles(broker, names, { recursive, event }, patience.signal),
          );
          const fetching = { broker, patience, output, overwrite, compare, bandwidth: createBandwidth(limitRate) };
          const keys = recursive ? [] : files.map(nameOf);
          const base = baseOf({ keys, prefixes: recursive ? names : [], objects: [] });
          const found = { files, missing: recursive ? [] : missing };
          await fetchAll(fetching, found, { folder: path.resolve(to), base });
          refuseNothing(output, names);
        },
      },
      signal,
    );
  });
}

/** Where to, and what of their keys is left off there. */
interface Target {
  /** absolute path */
  folder: string;
  base: string;
}

/** Resolves when all was tried. Throws what is wrong with all of it. */
async function fetchAll(fetching: Fetching, { files, missing }: NamedFiles, { base, ...to }: Target): Promise<void> {
  const { output, patience } = fetching;
  output.report.total(
    files.length + missing.length,
    files.reduce((sum, { size }) => sum + (size ?? 0), 0),
  );
  for (const name of missing) output.report.failed(name, new SidelineError('broker-missing', { subject: name }));
  if (files.length === 0) return;
  const folder = await openTargetFolder(to.folder);
  const names = createLocalNames(await rulesOf(folder.root));
  const counts = { same: 0, different: 0, unknown: 0 };

  async function fetchOne(file: BrokerFile): Promise<void> {
    const name = nameOf(file);
    try {
      const { segments } = names.of(name.slice(base.length), file.size ?? 1);
      const target = path.join(await folder.make(segments.slice(0, -1)), segments.at(-1) ?? '');
      const done = await patience.lasting(() => fetchTo(target, file, fetching));
      counts[done.compared] += 1;
      patience.moved();
      output.report.done(1);
      const { size, skipped } = done;
      output.done({ ...{ key: name, file: target }, size, skipped });
    } catch (error) {
      patience.signal.throwIfAborted();
      if (concernsAll(error) || patience.isOver()) throw error;
      output.report.failed(name, error);
    }
  }

  await sideBySide(files, atOnce, fetchOne);
  if (counts.different > 0) output.say(words.notAsSent(counts.different));
  if (counts.unknown > 0) output.say(words.unproven(counts.unknown));
}

function concernsAll(error: unknown): boolean {
  return ['connection', 'login'].includes(remedies[asSidelineError(error).kind]);
}
