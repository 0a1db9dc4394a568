/** What would become of files, without writing anything: decided by the same functions as when they are sent. */
import type { Transfer } from '../../../shared/domain.ts';
import type { Target } from '../../../shared/destination.ts';
import { reason, type Reason } from '../../../shared/errors.ts';
import type { OutputRole } from '../../../shared/output.ts';
import type { Exceptions } from '../../../shared/upload-plan.ts';
import type { Journal } from '../../journal/journal.ts';
import { isUnfinished } from '../transfer-state.ts';
import { refuseForbidden } from './allowed.ts';
import { largestOfEach, type LargestOfEach } from './largest.ts';
import { foundOf, type LookedFile, type Refusal } from './look.ts';
import { planFile, type FilePlan, type PlannedOutput } from './plan-file.ts';
import { createKeys, drawnFor, freeKey, ownOf, sameOutput, type KeysInUse, type Own } from './plan-to-targets.ts';
import { judgeFound, type Earlier } from './plan.ts';
import { sameOpenBatch, type WantedPlace } from './same-batch.ts';

export interface PreviewDeps {
  /** null: there is none yet */
  journal: Pick<
    Journal,
    | 'batches'
    | 'connections'
    | 'destinations'
    | 'filesOfTargets'
    | 'output'
    | 'targets'
    | 'totals'
    | 'transfersByKey'
    | 'transfersBySource'
  > | null;
  /** ms since 1970 */
  now(): number;
}

/** One object, or a file that is not sent. */
export interface PreviewRow {
  /** null: none takes it, or there are none */
  target: Target | null;
  /** media type; null: nobody has looked */
  type: string | null;
  role: OutputRole;
  /** of another size of an image */
  name: string | null;
  /** null: it is not sent */
  key: string | null;
  state: 'planned' | 'skipped' | 'failed';
  reason: Reason | null;
  /** it has another key than it would have by itself */
  renamed: boolean;
}

/**
 * Asked of one file after the other, in the order of the scan, for an earlier one may have the key of a later one. What only the
 * store knows, such as a key that somebody else has taken, is not seen here.
 */
export type Preview = (file: LookedFile) => PreviewRow[];

/** Throws what `refuseForbidden` throws. */
export function createPreview(deps: PreviewDeps, wanted: WantedPlace): Preview {
  const { journal } = deps;
  if (journal !== null) refuseForbidden(journal, wanted);
  const batchId = (journal === null ? null : sameOpenBatch(journal, wanted))?.id ?? null;
  const keys = createClaims(journal, batchId);
  const [first, ...others] = (wanted.targets ?? []).map((target, id) => ({ ...target, id, batchId: 0 }));
  const largestOf = largestOfEach(journal);
  if (first === undefined) return (file) => [asItIs(keys, wanted, { batchId, largestOf }, file)];
  const placing: ToTargets = {
    ...{ targets: [first, ...others], exceptions: wanted.exceptions ?? {}, largestOf },
    ...{ keys, draw: createKeys(batchId === null ? 0 : (journal?.filesOfTargets(batchId) ?? 0), deps.now) },
    ownOf: (source) => (journal === null || batchId === null ? [] : ownOf(journal, batchId, source)),
  };
  return (file) => toTargets(placing, file);
}

interface ToTargets {
  targets: readonly [Target, ...Target[]];
  exceptions: Exceptions;
  largestOf: LargestOfEach;
  keys: Claims;
  draw: ReturnType<typeof createKeys>;
  ownOf(source: string): readonly Own[];
}

function toTargets(placing: ToTargets, file: LookedFile): PreviewRow[] {
  const { key, again } = drawnFor(placing.ownOf(file.source), file, placing.draw);
  const plan = planFile({ ...file, key }, placing);
  return plan.outputs.map((output) => ({
    target: plan.placed ? plan.target : null,
    ...{ type: plan.type, role: output.role, name: output.name },
    ...whereTo(placing.keys, file, plan, output, sameOutput(again, output)),
  }));
}

type Where = Pick<PreviewRow, 'key' | 'state' | 'reason' | 'renamed'>;

function whereTo(keys: Claims, file: LookedFile, plan: FilePlan, output: PlannedOutput, known: Own | null): Where {
  const resting = known === null ? null : restingAs(known.transfer.state);
  if (resting !== null) return resting;
  if (plan.refusal !== null) return refused(plan.refusal);
  const place =
    known === null ? freeKey(keys, plan.target, output.key, file.source) : { key: known.transfer.key, clash: null };
  if (place.clash !== null) return refused({ state: 'failed', reason: place.clash });
  keys.claim(plan.target.connectionId, place.key, file);
  return { key: place.key, state: 'planned', reason: null, renamed: place.key !== output.key };
}

function refused({ state, reason: why }: Refusal): Where {
  return { key: null, state, reason: why, renamed: false };
}

function staysAs(own: Earlier | null): Where {
  const resting = own === null ? null : restingAs(own.state);
  return resting ?? refused({ state: 'skipped', reason: own?.reason ?? reason('already-sent') });
}

/** What a batch that is gone on with has sent, or is about to send, stays as it is. */
function restingAs(state: Transfer['state']): Where | null {
  if (state === 'done') return refused({ state: 'skipped', reason: reason('already-sent') });
  return isUnfinished(state) ? refused({ state: 'skipped', reason: reason('already-queued') }) : null;
}

function asItIs(
  keys: Claims,
  { connectionId, prefix }: WantedPlace,
  { batchId, largestOf }: { batchId: number | null; largestOf: LargestOfEach },
  file: LookedFile,
): PreviewRow {
  const row = { target: null, type: null, role: 'file', name: null } as const;
  const place = { id: batchId ?? newBatch, prefix, largest: largestOf(connectionId) };
  const { key, own, verdict } = judgeFound(place, foundOf(file), (wanted) => keys.transfersByKey(connectionId, wanted));
  if (verdict === null) return { ...row, ...staysAs(own) };
  if (verdict.state !== 'planned') return { ...row, ...refused(verdict) };
  keys.claim(connectionId, key, file);
  return { ...row, key, state: 'planned', reason: null, renamed: false };
}

/** of the batch that would be made */
const newBatch = 0;

interface Claims extends KeysInUse {
  transfersByKey(connectionId: number, key: string): readonly Earlier[];
  /** From now on the key is this file's. */
  claim(connectionId: number, key: string, file: LookedFile): void;
}

/** The keys of the journal, and on top of them those of this plan. */
function createClaims(journal: PreviewDeps['journal'], batchId: number | null): Claims {
  const byConnection = new Map<number, Map<string, LookedFile>>();
  return {
    lastNames: new Map(),
    transfersByKey(connectionId, key) {
      const earlier = journal?.transfersByKey(connectionId, key) ?? [];
      const file = byConnection.get(connectionId)?.get(key);
      if (file === undefined) return earlier;
      const { source, fingerprint } = file;
      return [{ ...fingerprint, source, batchId: batchId ?? newBatch, state: 'planned', reason: null }, ...earlier];
    },
    claim(connectionId, key, file) {
      const claimed = byConnection.get(connectionId) ?? new Map<string, LookedFile>();
      byConnection.set(connectionId, claimed.set(key, file));
    },
  };
}
