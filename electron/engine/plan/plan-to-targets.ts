/** Plans what was found for a batch that has destinations: looks into each file, and writes what goes up of it into the journal. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { Batch, Fingerprint, Transfer } from '../../../shared/domain.ts';
import type { Target } from '../../../shared/destination.ts';
import { reason, reasonOf, SidelineError, type Reason } from '../../../shared/errors.ts';
import { withOtherName } from '../../../shared/key-template/index.ts';
import type { Output } from '../../../shared/output.ts';
import type { Journal } from '../../journal/journal.ts';
import { looksChanged } from '../fingerprint.ts';
import { nothingKnown } from '../inspect/found.ts';
import type { Inspector } from '../inspect/inspector.ts';
import type { Found } from '../scan/scan.ts';
import { isUnfinished } from '../transfer-state.ts';
import { letGo } from '../upload/stale.ts';
import { planFile, type FilePlan, type FileToPlan, type PlannedOutput, type Targets } from './plan-file.ts';

export interface TargetPlanDeps {
  journal: Journal;
  inspector: Pick<Inspector, 'inspect'>;
  /** ms since 1970 */
  now(): number;
}

interface Looked extends Omit<FileToPlan, 'key'> {
  /** why it cannot go, whatever the destinations say */
  refusal: FilePlan['refusal'];
}

/** More names than anybody gives. */
const mostNames = 1000;
const noFingerprint: Fingerprint = { size: 0, mtime: 0, inode: '0' };

/** Found again, a file is not planned twice. Looks into all of `found` before it writes anything, as one transaction. */
export async function planForTargets(
  deps: TargetPlanDeps,
  batch: Batch,
  targets: Targets,
  found: readonly Found[],
  signal?: AbortSignal,
): Promise<void> {
  const files = await Promise.all(found.map((one) => look(deps, one, signal)));
  const { journal } = deps;
  const keys = createKeys(journal.filesOfTargets(batch.id), deps.now);
  journal.together(() => {
    for (const file of files) planOne(deps, batch, targets, file, keys);
  });
}

async function look({ inspector }: TargetPlanDeps, found: Found, signal?: AbortSignal): Promise<Looked> {
  const { source, relativePath } = found;
  if (found.found !== 'file') {
    const refusal = { state: found.found, reason: found.reason };
    return { source, relativePath, fingerprint: noFingerprint, inspected: nothingKnown, refusal };
  }
  const { fingerprint } = found;
  try {
    const inspected = await inspector.inspect(source, signal);
    return { source, relativePath, fingerprint, inspected, refusal: null };
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof SidelineError)) throw error;
    const refusal = { state: 'failed', reason: reasonOf(error) } as const;
    return { source, relativePath, fingerprint, inspected: nothingKnown, refusal };
  }
}

/** What is drawn for each file, once: no two of a batch have the same moment, for keys may be made of nothing else. */
export function createKeys(files: number, now: () => number): () => Output['key'] {
  let counter = files;
  let last = 0; // whole microseconds
  return () => {
    last = Math.max(last + 1, Math.floor(now() * 1000));
    counter += 1;
    return { uuid: randomUUID(), hex8: randomBytes(4).toString('hex'), counter, at: last / 1000 };
  };
}

function planOne(deps: TargetPlanDeps, batch: Batch, targets: Targets, file: Looked, keys: () => Output['key']): void {
  const { journal } = deps;
  const own = journal
    .transfersBySource(batch.id, file.source)
    .map((transfer) => ({ transfer, output: journal.output(transfer.id) }))
    .filter((one): one is Own => one.output !== null);
  const latest = ofLatest(own);
  const key = latest[0] !== undefined && !isNewFile(latest, file) ? latest[0].output.key : keys();
  const again = latest[0]?.output.key === key ? latest : [];
  const plan = planFile({ ...file, key }, targets);
  const refusal = file.refusal ?? plan.refusal;
  const outputs = refusal === null ? plan.outputs : plan.outputs.slice(0, 1);
  let originId: number | null = null;
  for (const output of outputs) {
    const known = again.find((one) => one.output.role === output.role && one.output.name === output.name);
    const id: number =
      known === undefined
        ? add(deps, { batch, file, plan, output, refusal, key, originId })
        : planAgain(deps, known, file, output, refusal);
    originId ??= id;
  }
}

interface Own {
  transfer: Transfer;
  output: Output;
}

/** Of a file that was sent, changed and planned anew, the rows of the last time. */
function ofLatest(own: readonly Own[]): Own[] {
  const last = own.at(-1)?.output.key.uuid;
  return own.filter(({ output }) => output.key.uuid === last);
}

/** All that was made of it has come to rest, some of it at the store, and it is another file now: that is sent beside it. */
function isNewFile(own: readonly Own[], { fingerprint }: Looked): boolean {
  const changed = own.some(({ output }) => looksChanged(output.source, fingerprint));
  const rests = own.every(({ transfer }) => !isUnfinished(transfer.state));
  return changed && rests && own.some(({ transfer }) => transfer.state === 'done');
}

interface NewRow {
  batch: Batch;
  file: Looked;
  plan: FilePlan;
  output: PlannedOutput;
  refusal: FilePlan['refusal'];
  key: Output['key'];
  originId: number | null;
}

/** Returns its id. */
function add({ journal }: TargetPlanDeps, { batch, file, plan, output, refusal, key, originId }: NewRow): number {
  const { target, type } = plan;
  const { source, relativePath, inspected, fingerprint } = file;
  const place = refusal === null ? freeKey(journal, target, output.key, source) : { key: output.key, clash: null };
  const why = refusal ?? (place.clash === null ? null : ({ state: 'failed', reason: place.clash } as const));
  const id = journal.addTransfer({
    ...fingerprint,
    ...{ batchId: batch.id, connectionId: target.connectionId, targetId: target.id },
    ...{ source, key: place.key, checkFirst: false },
    state: why?.state ?? 'planned',
    reason: why?.reason ?? null,
    todo: why === null && output.todo,
  });
  const { role, name } = output;
  const made = { relativePath, role, name, inspected, type, key };
  journal.addOutput(id, originId, { ...made, source: fingerprint, prepared: null });
  return id;
}

/** What had failed, was skipped or cancelled has another chance; what is sent or on its way stays. Returns its id. */
function planAgain(
  { journal, now }: TargetPlanDeps,
  { transfer, output }: Own,
  file: Looked,
  planned: PlannedOutput,
  refusal: FilePlan['refusal'],
): number {
  if (transfer.state === 'done' || isUnfinished(transfer.state)) return transfer.id;
  const { fingerprint, inspected } = file;
  const changed = looksChanged(output.source, fingerprint);
  // What was made of it was thrown away when it failed.
  const keeps = !changed && (output.prepared === null ? !planned.todo : output.prepared.file === null);
  if (!keeps) letGo(journal, transfer, now());
  const fresh = keeps ? {} : { ...fingerprint, uploadId: null, partSize: null };
  const again = journal.move(transfer, 'planned', { ...fresh, attempts: 0, todo: planned.todo && !keeps });
  if (!keeps) {
    journal.setOutput(transfer.id, { ...output, inspected, source: fingerprint, prepared: null });
  }
  if (refusal !== null) journal.move(again, refusal.state, { reason: refusal.reason });
  return transfer.id;
}

/**
 * The key, or another free one where the destination replaces nothing; what the store has of others is found when it is sent.
 * Two files of one upload never share a key.
 */
export function freeKey(
  journal: Journal,
  { connectionId, rules }: Target,
  wanted: string,
  source: string,
): { key: string; clash: Reason | null } {
  let key = wanted;
  for (let n = 2; n <= mostNames; n++) {
    const other = journal
      .transfersByKey(connectionId, key)
      .find(({ state }) => state === 'done' || isUnfinished(state));
    if (other === undefined) return { key, clash: null };
    if (rules.overwrite !== 'never') {
      const sameUpload = isUnfinished(other.state) && other.source !== source;
      return { key, clash: sameUpload ? reason('key-clash', other.source) : null };
    }
    key = withOtherName(wanted, n);
  }
  return { key: wanted, clash: reason('object-exists', wanted) };
}
