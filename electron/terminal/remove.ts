/** sideline rm: deletes objects, or old versions of them, and says what that means before it does. */
import { confirm, isCancel, text } from '@clack/prompts';
import type { DeletionSurvey, DeletionTarget } from '../../shared/deletions.ts';
import { SidelineError } from '../../shared/errors.ts';
import { printable } from '../../shared/format.ts';
import { deletions as words } from '../../shared/strings/deletions.ts';
import type { Bucket } from '../admin/bucket.ts';
import { arrivingBelow, type ArrivingJournal } from '../admin/delete/arriving.ts';
import { checkConfirmation, confirmationFor } from '../admin/delete/confirmation.ts';
import { discardSurvey, surveyFile } from '../admin/delete/log-folder.ts';
import { openLogReader } from '../admin/delete/log-reader.ts';
import { beginDeletion, runDeletion } from '../admin/delete/run.ts';
import { surveyDeletion, undoableOf } from '../admin/delete/survey.ts';
import { newLogId } from '../admin/log-id.ts';
import type { Environment } from './environment.ts';
import { chosenBackend } from './open-backend.ts';
import { withBucket } from './open-bucket.ts';
import { removeAtBackend } from './remove-backend.ts';
import { deletionOutput, ended, type DeletionOutput } from './remove-output.ts';
import type { ExitCode } from './work.ts';

export interface RemoveOptions {
  dataDir: string;
  json: boolean;
  connection?: string | undefined;
  /** all that lies below the names too */
  recursive: boolean;
  /** nobody is asked */
  yes: boolean;
  dryRun: boolean;
  /** old versions and the marks that say "deleted", for good, in place of objects */
  versions: boolean;
  /** of a backend that lists by event */
  event?: string | undefined;
}

/** Throws `invalid-input` where it is not confirmed. 1 where something failed, or a name is of nothing. */
export async function remove(names: readonly string[], options: RemoveOptions, env: Environment): Promise<ExitCode> {
  if (names.length === 0) throw new SidelineError('invalid-input', { subject: words.terminal.oneOf });
  if (!options.yes && !options.dryRun && (options.json || !process.stdin.isTTY))
    throw new SidelineError('invalid-input', { subject: words.terminal.needsYes });
  const backend = await chosenBackend(options, env);
  if (backend !== null) return await removeAtBackend(backend, names, options, env);
  return await withBucket(options, env, async (bucket, signal, journal) => {
    const output = deletionOutput(options.json);
    const survey = await look({ bucket, journal }, names, options, output, signal);
    try {
      if (options.dryRun) return await showItems(survey, options, output);
      if (survey.objects === 0) return nothingToDo(names, survey, options, output);
      if (!options.json) for (const line of words.surveyWords(survey)) output.say(line);
      if (!(await isMeant(survey, options, signal))) {
        output.say(words.terminal.nothingDeleted);
        return 0;
      }
      await beginDeletion(options.dataDir, survey.id);
    } finally {
      await discardSurvey(options.dataDir, survey.id);
    }
    const deps = { bucket, dataFolder: options.dataDir };
    const code = await ended(output, deps.dataFolder, survey.id, signal, () =>
      runDeletion(deps, survey.id, output.report, signal),
    );
    return code === 0 && !options.recursive && survey.missing > 0 ? 1 : code;
  });
}

/** A name without a slash at its end is an object, and with --recursive the folder of that name too. */
function targetOf(names: readonly string[], { recursive, versions }: RemoveOptions): DeletionTarget {
  const what = versions ? 'old-versions' : 'objects';
  if (!recursive) return { what, keys: [...names], prefixes: [] };
  const keys = names.filter((name) => name !== '' && !name.endsWith('/'));
  const prefixes = names.map((name) => (name === '' || name === '/' ? '' : name.replace(/\/?$/, '/')));
  return { what, keys, prefixes };
}

async function look(
  { bucket, journal }: { bucket: Bucket; journal: ArrivingJournal | null },
  names: readonly string[],
  options: RemoveOptions,
  output: DeletionOutput,
  signal: AbortSignal,
): Promise<DeletionSurvey> {
  const target = targetOf(names, options);
  const id = newLogId(Date.now());
  const deps = { bucket, dataFolder: options.dataDir };
  const found = await surveyDeletion(
    deps,
    { id, target, program: 'terminal' },
    ({ objects }) => output.counting(objects),
    signal,
  );
  output.quiet();
  const prefixes = target.what === 'objects' ? target.prefixes : [];
  const { config } = bucket.storage.connection;
  const arriving = journal === null ? 0 : await arrivingBelow(journal, config, prefixes);
  const { objects, bytes, oldVersions, missing } = found.counts;
  return {
    ...{ id, connectionId: bucket.connectionId, what: target.what, state: 'ready', reason: null },
    ...{ objects, bytes, oldVersions, arriving, missing: options.recursive ? 0 : missing },
    ...{ versioning: found.versioning, undo: undoableOf(found) },
    confirm: confirmationFor(target, objects, bucket.name),
  };
}

async function isMeant(survey: DeletionSurvey, { yes }: RemoveOptions, signal: AbortSignal): Promise<boolean> {
  if (yes) return true;
  const wanted = survey.confirm;
  if (wanted === null) {
    const answer = await confirm({ message: words.terminal.question, initialValue: false, signal });
    return !isCancel(answer) && answer;
  }
  const typed = await text({ message: printable(words.ask(wanted)), signal });
  if (isCancel(typed)) return false;
  checkConfirmation(wanted, typed);
  return true;
}

function nothingToDo(
  names: readonly string[],
  survey: DeletionSurvey,
  { recursive, json }: RemoveOptions,
  output: DeletionOutput,
): ExitCode {
  const folder = recursive ? undefined : names.find((name) => name.endsWith('/'));
  if (folder !== undefined) throw new SidelineError('invalid-input', { subject: words.terminal.folder(folder) });
  if (json) output.line({ deletion: null, objects: 0, deleted: 0, failed: 0, missing: survey.missing });
  else output.say(words.nothing);
  return survey.missing > 0 ? 1 : 0;
}

async function showItems(survey: DeletionSurvey, options: RemoveOptions, output: DeletionOutput): Promise<ExitCode> {
  const reader = await openLogReader(surveyFile(options.dataDir, survey.id), survey.id);
  try {
    for await (const items of reader.items(() => true))
      for (const { key, size, versionId } of items)
        if (options.json) output.line({ key, size, versionId });
        else output.say(printable(words.terminal.wouldDelete(key)));
  } finally {
    await reader.close();
  }
  const { objects, bytes, oldVersions, missing, versioning, undo } = survey;
  if (options.json) output.line({ dryRun: true, objects, bytes, oldVersions, missing, versioning, undo });
  else for (const line of words.surveyWords(survey)) output.say(line);
  return missing > 0 ? 1 : 0;
}
