/**
 * The originals of a move: deleted when all that could be copied is, as every deletion is: each is written down before the store is
 * asked, so that it can be looked up, and brought back where the bucket keeps versions.
 */
import type { DeletionTarget } from '../../../shared/deletions.ts';
import { SidelineError } from '../../../shared/errors.ts';
import { discardSurvey, prepareFolder, surveyFile } from '../delete/log-folder.ts';
import type { Head } from '../delete/log-lines.ts';
import { openLogWriter } from '../delete/log-writer.ts';
import type { Guard } from '../delete/delete-batch.ts';
import { beginDeletion, runDeletion } from '../delete/run.ts';
import { headOf, versioningOf } from '../delete/survey.ts';
import type { Bucket } from '../bucket.ts';
import { inTurn } from '../../in-turn.ts';
import { newLogId } from '../log-id.ts';
import type { Patience } from '../patience.ts';
import type { Chosen } from '../selection.ts';

/** Where deletions are written down, and who moves. */
export interface MoveLog {
  dataFolder: string;
  program: Head['program'];
}

export interface Original {
  key: string;
  /** without quotes; of what was copied */
  etag: string;
  /** null: its bucket keeps none */
  versionId: string | null;
  /** bytes */
  size: number;
  /** ms since 1970; null: not told */
  modified: number | null;
}

interface Told {
  gone(key: string): void;
  failed(key: string, error: unknown): void;
  /** Originals whose copies are no longer what was made: see `lostCopies`. */
  kept: Guard['kept'];
}

export interface Originals {
  /** It may be deleted: its copy is proved. Rejects with `journal-failed`. */
  add(original: Original): Promise<void>;
  /**
   * Deletes all that were added, are still what was copied, and still have their copies. Rejects with `journal-failed` where it cannot be written down, with
   * what a store can cause, and with the signal's reason; the log then says how far it came.
   */
  deleteAll(told: Told): Promise<void>;
  /** Where they are not deleted after all, nothing of it stays. */
  discard(): Promise<void>;
}

/** `only`: of what is chosen; null: all. Rejects with `journal-failed`: what cannot be written down is not moved. */
export async function openOriginals(
  bucket: Bucket,
  { chosen, only }: { chosen: Chosen; only: ReadonlySet<string> | null },
  { dataFolder, program }: MoveLog,
  patience: Patience,
): Promise<Originals> {
  const { signal, lasting } = patience;
  const at = Date.now();
  const id = newLogId(at);
  const target = only === null ? namedBy(chosen) : namedBy({ keys: [...only], prefixes: [], objects: [] });
  const versioning = await lasting(() => versioningOf(bucket, target, signal));
  await prepareFolder(dataFolder, at).catch((cause: unknown) => {
    throw new SidelineError('journal-failed', { cause });
  });
  const list = await openLogWriter(surveyFile(dataFolder, id));
  await list.write([{ ...headOf(bucket, { id, at, versioning, target, program }), moved: true }]);
  let count = 0;

  return {
    async add({ key, size, etag, modified, versionId }) {
      count += 1;
      await list.write([{ key, size, etag: etag === '' ? null : etag, modified, versionId }]);
    },
    async deleteAll({ gone, failed, kept }) {
      if (count === 0) return;
      await list.close();
      await beginDeletion(dataFolder, id);
      const failures = new Map<string, unknown>();
      const onChange = (keys: readonly string[]) => {
        patience.moved();
        for (const key of keys) {
          failures.delete(key); // it was tried again
          gone(key);
        }
      };
      // What somebody has replaced since it was copied has no copy: each is looked at once more, however fresh the list is.
      // Two moves against each other: each would take what the other relies on, were they not looked at one after the other.
      const guard: Guard = { kept, alone: (work) => inTurn('originals', signal, work) };
      const deps = { bucket, dataFolder, onChange, holds: 0, guard };
      const report = {
        ...{ total: () => undefined, done: () => undefined },
        failed: (key: string, error: unknown) => void failures.set(key, error),
      };
      try {
        await lasting(() => runDeletion(deps, id, report, signal));
      } finally {
        for (const [key, error] of failures) failed(key, error);
      }
    },
    async discard() {
      await list.close();
      await discardSurvey(dataFolder, id);
    },
  };
}

/** As the log says what was meant. */
function namedBy({ keys, prefixes, objects }: Chosen): DeletionTarget {
  const shown = [...objects].map(({ key }) => key);
  return { what: 'objects', keys: [...keys, ...shown], prefixes: [...prefixes] };
}
