/** Deletions that are looked at, run and undone for the window. */
import { isS3 } from '../../shared/connection-kind.ts';
import { confirmationForRest } from '../../shared/deletion-confirmation.ts';
import type { DeletionInfo, DeletionSurvey } from '../../shared/deletions.ts';
import type { Connection } from '../../shared/domain.ts';
import { reasonOf, SidelineError } from '../../shared/errors.ts';
import { deletions as words } from '../../shared/strings/deletions.ts';
import { arrivingBelow, type ArrivingJournal } from '../admin/delete/arriving.ts';
import { checkConfirmation, confirmationFor } from '../admin/delete/confirmation.ts';
import { deletedPage, type DeletedFrom, type DeletedPage } from '../admin/delete/deleted.ts';
import { discardSurvey } from '../admin/delete/log-folder.ts';
import { deletionInfo } from '../admin/delete/past.ts';
import { beginDeletion, movedRest, runDeletion } from '../admin/delete/run.ts';
import { refuseForbidden, surveyDeletion, undoableOf, type SurveyCounts } from '../admin/delete/survey.ts';
import type { SurveyTarget } from '../admin/delete/survey-items.ts';
import { newLogId } from '../admin/log-id.ts';
import { undelete, type UndeleteOrder } from '../admin/delete/undelete.ts';
import { undoDeletion } from '../admin/delete/undo.ts';
import type { AdminTasks, TaskOrder } from './admin-tasks.ts';
import type { Buckets } from './buckets.ts';

export interface Deletions {
  /** Begins to count; `push` says how far it is. Rejects with `read-only`, `prefix-locked`, `invalid-input`. */
  survey(connectionId: number, target: SurveyTarget): Promise<DeletionSurvey>;
  /** Throws `invalid-input` where it is gone; so does all below. */
  surveyed(surveyId: string): DeletionSurvey;
  dismiss(surveyId: string): void;
  /** `typed`: what a person typed to confirm it. The survey's id becomes that of the deletion. */
  start(surveyId: string, typed: string | null): Promise<{ taskId: number; deletionId: string }>;
  undo(deletionId: string): Promise<{ taskId: number }>;
  /** Deletes what is left of one that was cut short, or of which some failed. `typed`: as in `start`. */
  goOn(deletionId: string, typed: string | null): Promise<{ taskId: number }>;
  /** A look at what is deleted and kept below a prefix. Rejects with what a listing rejects with. */
  deleted(connectionId: number, from: Pick<DeletedFrom, 'prefix' | 'after'>): Promise<DeletedPage>;
  /** `marks` null: all below the prefix. */
  bringBack(connectionId: number, what: Pick<UndeleteOrder, 'prefix' | 'marks'>): Promise<{ taskId: number }>;
  /** Ends what is being counted. */
  close(): Promise<void>;
}

export interface DeletionsDeps {
  dataFolder: string;
  buckets: Pick<Buckets, 'of'>;
  journal: ArrivingJournal;
  connections(): readonly Connection[];
  tasks: Pick<AdminTasks, 'start'>;
  push(survey: DeletionSurvey): void;
  /** These are gone. */
  onRemoved(connectionId: number, keys: readonly string[]): void;
  /** These may be there again, or have other versions. */
  onTouched(connectionId: number, keys: readonly string[]): void;
}

/** between two pushes. ms */
const pause = 250;
/** of one look at what is deleted: objects, versions read for them, ms */
const look = { most: 200, mostRead: 20_000, patience: 60_000 };
const mostSurveys = 20;

interface Entry {
  survey: DeletionSurvey;
  target: SurveyTarget;
  stop: AbortController;
  ended: Promise<void>;
}

export function createDeletions(deps: DeletionsDeps): Deletions {
  const { dataFolder, buckets, journal, tasks, push } = deps;
  const entries = new Map<string, Entry>();

  function known(id: string): Entry {
    const entry = entries.get(id);
    if (entry === undefined) throw new SidelineError('invalid-input', { subject: words.noSurvey });
    return entry;
  }

  /** Nothing of it is left. */
  function drop(id: string): void {
    const entry = entries.get(id);
    if (entry === undefined) return;
    entries.delete(id);
    entry.stop.abort(new SidelineError('superseded'));
    // Where it cannot be removed, the next survey of another day tidies it away.
    entry.ended = entry.ended.then(() => discardSurvey(dataFolder, id)).catch(() => undefined);
  }

  async function count(entry: Entry): Promise<void> {
    const { survey, target, stop } = entry;
    let pushed = -Infinity;
    const note = (counts: SurveyCounts, versioning: DeletionSurvey['versioning']) => {
      Object.assign(survey, { ...shown(counts), versioning, undo: undoableOf({ target, versioning, counts }) });
      if (performance.now() - pushed < pause) return;
      pushed = performance.now();
      push({ ...survey });
    };
    try {
      const bucket = await buckets.of(survey.connectionId);
      const order = { id: survey.id, target, program: 'window' } as const;
      const { counts, versioning } = await surveyDeletion({ bucket, dataFolder }, order, note, stop.signal);
      note(counts, versioning);
      if (target.what === 'objects')
        survey.arriving = await arrivingBelow(journal, bucket.storage.connection.config, target.prefixes);
      survey.confirm = confirmationFor(target, counts.objects, bucket.name);
      survey.state = 'ready';
    } catch (error) {
      survey.state = 'failed';
      survey.reason = reasonOf(error);
    }
    if (entries.has(survey.id)) push({ ...survey });
  }

  /** The connection over which it went; or, where that is gone, another one to the same bucket. */
  async function bucketOf(info: DeletionInfo) {
    const all = deps.connections().filter(isS3);
    const same = all.filter(({ config }) => config.bucket === info.connection.bucket);
    const found = same.find(({ id }) => id === info.connection.id) ?? same[0];
    if (found === undefined)
      throw new SidelineError('invalid-input', { subject: words.connectionGone(info.connection.name) });
    return await buckets.of(found.id);
  }

  async function run(id: string, how: 'delete' | 'undo'): Promise<TaskOrder> {
    const info = await deletionInfo(dataFolder, id);
    const { connectionId } = await bucketOf(info);
    const isGone = how === 'delete' && info.what === 'objects';
    const told = isGone ? deps.onRemoved : deps.onTouched;
    const act = how === 'delete' ? runDeletion : undoDeletion;
    const again = () => order;
    const order: TaskOrder = {
      kind: how === 'undo' ? 'restore' : info.what === 'objects' ? 'delete' : 'delete-versions',
      connectionId,
      subject: words.subject(info),
      async work(report, signal) {
        try {
          const bucket = await bucketOf(info); // perhaps long after the first try
          const onChange = (keys: readonly string[]) => told(bucket.connectionId, keys);
          await act({ bucket, dataFolder, onChange }, id, report, signal);
        } catch (error) {
          // Who has cancelled it did not mean it: "Deletions" still has the rest, and asks. To try what failed would do the rest too.
          order.retry = signal.aborted ? null : again;
          if (signal.aborted) delete order.resume;
          else order.resume = again;
          throw error;
        }
      },
      retry: again,
    };
    return order;
  }

  function bringBackOrder(connectionId: number, what: UndeleteOrder): TaskOrder {
    const keys = (what.marks ?? []).map(({ key }) => key);
    const prefixes = what.marks === null ? [what.prefix] : [];
    return {
      ...{ kind: 'restore', connectionId, subject: words.subject({ keys, keyCount: keys.length, prefixes }) },
      async work(report, signal) {
        const bucket = await buckets.of(connectionId);
        const onChange = (back: readonly string[]) => deps.onTouched(connectionId, back);
        await undelete({ bucket, onChange }, what, report, signal);
      },
      retry: (failed) => bringBackOrder(connectionId, { ...what, only: new Set(failed) }),
    };
  }

  return {
    async deleted(connectionId, from) {
      const bucket = await buckets.of(connectionId);
      const refused = bucket.refusal({ right: 'list-versions', key: from.prefix, operation: 'connect' });
      if (refused !== null) throw refused;
      const { most, mostRead, patience } = look;
      return await deletedPage(bucket, { ...from, most, mostRead }, AbortSignal.timeout(patience));
    },
    async bringBack(connectionId, what) {
      const bucket = await buckets.of(connectionId);
      for (const key of what.marks?.map((mark) => mark.key) ?? [what.prefix]) {
        const refused = bucket.refusal({ right: 'delete-version', key, operation: 'delete' });
        if (refused !== null) throw refused;
      }
      return { taskId: tasks.start(bringBackOrder(connectionId, { ...what, only: null })) };
    },
    async survey(connectionId, target) {
      refuseForbidden(await buckets.of(connectionId), target);
      const id = newLogId(Date.now());
      const survey: DeletionSurvey = {
        ...{ id, connectionId, what: target.what, state: 'counting', reason: null, confirm: null },
        ...{ objects: 0, bytes: 0, oldVersions: null, missing: 0, arriving: 0, versioning: 'unknown', undo: 'unknown' },
      };
      const entry: Entry = { survey, target, stop: new AbortController(), ended: Promise.resolve() };
      entries.set(id, entry);
      for (const old of [...entries.keys()].slice(0, -mostSurveys)) drop(old);
      entry.ended = count(entry);
      return { ...survey };
    },
    surveyed: (id) => ({ ...known(id).survey }),
    dismiss: drop,
    async start(id, typed) {
      const { survey } = known(id);
      if (survey.state !== 'ready') throw new SidelineError('invalid-input', { subject: words.notReady });
      if (survey.objects === 0) throw new SidelineError('invalid-input', { subject: words.nothing });
      checkConfirmation(survey.confirm, typed);
      entries.delete(id);
      await beginDeletion(dataFolder, id);
      return { taskId: tasks.start(await run(id, 'delete')), deletionId: id };
    },
    undo: async (id) => ({ taskId: tasks.start(await run(id, 'undo')) }),
    async goOn(id, typed) {
      const info = await deletionInfo(dataFolder, id);
      if (info.moved) throw movedRest();
      checkConfirmation(confirmationForRest(info), typed);
      return { taskId: tasks.start(await run(id, 'delete')) };
    },
    async close() {
      const all = [...entries.values()];
      for (const id of [...entries.keys()]) drop(id);
      await Promise.all(all.map(({ ended }) => ended));
    },
  };
}

const shown = ({ objects, bytes, oldVersions, missing }: SurveyCounts) => ({ objects, bytes, oldVersions, missing });
