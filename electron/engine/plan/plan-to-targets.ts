/** Plans what was found for a batch that has destinations: looks into each file, and writes what goes up of it into the journal. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { Batch, Transfer } from '../../../shared/domain.ts';
import type { Target } from '../../../shared/destination.ts';
import { reason, type Reason } from '../../../shared/errors.ts';
import { withOtherName } from '../../../shared/key-template/index.ts';
import type { Output } from '../../../shared/output.ts';
import type { Journal } from '../../journal/journal.ts';
import { looksChanged } from '../fingerprint.ts';
import type { Inspections } from '../inspect/inspections.ts';
import type { Found } from '../scan/scan.ts';
import { isUnfinished } from '../transfer-state.ts';
import { letGo } from '../upload/stale.ts';
import { largestOfEach } from './largest.ts';
import { lookInto, unlooked, type LookedFile } from './look.ts';
import { planFile, plannedAs, type FilePlan, type Placing, type PlannedOutput, type Targets } from './plan-file.ts';

export interface TargetPlanDeps {
  journal: Journal;
  inspections: Pick<Inspections, 'of'>;
  /** of one scan: a card's names are those of the card before, again and again */
  lastNames: Map<string, number>;
  /** ms since 1970 */
  now(): number;
}

/** More names than anybody gives. */
const mostNames = 1000;

/** Found again, a file is not planned twice. Looks into all of `found` before it writes anything, as one transaction. */
export async function planForTargets(
  deps: TargetPlanDeps,
  batch: Batch,
  targets: Targets,
  found: readonly Found[],
  signal?: AbortSignal,
): Promise<void> {
  const files = found.map(unlooked);
  await Promise.all(files.map((file) => lookInto(deps.inspections, file, signal)));
  const { journal } = deps;
  const draw = createKeys(journal.filesOfTargets(batch.id), deps.now);
  const largestOf = largestOfEach(journal);
  const placing = { targets, exceptions: batch.exceptions, largestOf };
  journal.together(() => {
    for (const file of files) planOne(deps, batch, placing, file, draw);
  });
}

export type DrawKey = () => Output['key'];

/** What is drawn for each file, once: no two of a batch have the same moment, for keys may be made of nothing else. */
export function createKeys(files: number, now: () => number): DrawKey {
  let counter = files;
  let last = 0; // whole microseconds
  return () => {
    last = Math.max(last + 1, Math.floor(now() * 1000));
    counter += 1;
    return { uuid: randomUUID(), hex8: randomBytes(4).toString('hex'), counter, at: last / 1000 };
  };
}

function planOne(deps: TargetPlanDeps, batch: Batch, placing: Placing, file: LookedFile, draw: DrawKey): void {
  const { key, again } = drawnFor(ownOf(deps.journal, batch.id, file.source), file, draw);
  const plan = planFile({ ...file, key }, placing);
  let originId: number | null = null;
  for (const output of plan.outputs) {
    const known = sameOutput(again, output);
    const id: number =
      known === null
        ? add(deps, { batch, file, plan, output, key, originId })
        : planAgain(deps, known, file, output, plan);
    originId ??= id;
  }
}

/** What a batch has of a file already. */
export function ownOf(journal: Pick<Journal, 'transfersBySource' | 'output'>, batchId: number, source: string): Own[] {
  return journal
    .transfersBySource(batchId, source)
    .map((transfer) => ({ transfer, output: journal.output(transfer.id) }))
    .filter((one): one is Own => one.output !== null);
}

/** The key that a file has, or a new one; and what of it is planned again. */
export function drawnFor(
  own: readonly Own[],
  file: LookedFile,
  draw: DrawKey,
): { key: Output['key']; again: readonly Own[] } {
  const latest = ofLatest(own);
  if (latest[0] === undefined || isNewFile(latest, file)) return { key: draw(), again: [] };
  return { key: latest[0].output.key, again: latest };
}

export function sameOutput(again: readonly Own[], { role, name }: PlannedOutput): Own | null {
  return again.find(({ output }) => output.role === role && output.name === name) ?? null;
}

export interface Own {
  transfer: Transfer;
  output: Output;
}

/** Of a file that was sent, changed and planned anew, the rows of the last time. */
function ofLatest(own: readonly Own[]): Own[] {
  const last = own.at(-1)?.output.key.uuid;
  return own.filter(({ output }) => output.key.uuid === last);
}

/** All that was made of it has come to rest, some of it at the store, and it is another file now: that is sent beside it. */
function isNewFile(own: readonly Own[], { fingerprint }: LookedFile): boolean {
  const changed = own.some(({ output }) => looksChanged(output.source, fingerprint));
  const rests = own.every(({ transfer }) => !isUnfinished(transfer.state));
  return changed && rests && own.some(({ transfer }) => transfer.state === 'done');
}

interface NewRow {
  batch: Batch;
  file: LookedFile;
  plan: FilePlan;
  output: PlannedOutput;
  key: Output['key'];
  originId: number | null;
}

/** Returns its id. */
function add({ journal, lastNames }: TargetPlanDeps, { batch, file, plan, output, key, originId }: NewRow): number {
  const { target, type, refusal } = plan;
  const { source, relativePath, inspected, fingerprint } = file;
  const keys = { transfersByKey: journal.transfersByKey, lastNames };
  const place = refusal === null ? freeKey(keys, target, output.key, source) : { key: output.key, clash: null };
  const why = refusal ?? (place.clash === null ? null : ({ state: 'failed', reason: place.clash } as const));
  const id = journal.addTransfer({
    ...plannedAs(output.role, fingerprint),
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
  file: LookedFile,
  planned: PlannedOutput,
  { refusal }: FilePlan,
): number {
  if (transfer.state === 'done' || isUnfinished(transfer.state)) return transfer.id;
  const { fingerprint, inspected } = file;
  const changed = looksChanged(output.source, fingerprint);
  // What was made of it was thrown away when it failed.
  const keeps = !changed && (output.prepared === null ? !planned.todo : output.prepared.file === null);
  if (!keeps) letGo(journal, transfer, now());
  const fresh = keeps ? {} : { ...plannedAs(output.role, fingerprint), uploadId: null, partSize: null };
  const again = journal.move(transfer, 'planned', { ...fresh, attempts: 0, todo: planned.todo && !keeps });
  if (!keeps) {
    journal.setOutput(transfer.id, { ...output, inspected, source: fingerprint, prepared: null });
  }
  if (refusal !== null) journal.move(again, refusal.state, { reason: refusal.reason });
  return transfer.id;
}

/** Who has a key already. */
export interface KeysInUse {
  transfersByKey(connectionId: number, key: string): readonly Pick<Transfer, 'state' | 'source'>[];
  /** Of wanted keys, the last name that was found for one: those before it are taken. Absent: all are asked for. */
  lastNames?: Map<string, number>;
}

/**
 * The key, or another free one where the destination replaces nothing; what the store has of others is found when it is sent.
 * Two files of one upload never share a key.
 */
export function freeKey(
  keys: KeysInUse,
  { connectionId, rules }: Target,
  wanted: string,
  source: string,
): { key: string; clash: Reason | null } {
  const known = rules.overwrite === 'never' ? keys.lastNames : undefined;
  const id = `${connectionId} ${wanted}`;
  for (let n = known?.get(id) ?? 1; n < mostNames; n++) {
    const key = n === 1 ? wanted : withOtherName(wanted, n);
    const other = keys.transfersByKey(connectionId, key).find(({ state }) => state === 'done' || isUnfinished(state));
    if (other === undefined) {
      if (n > 1) known?.set(id, n);
      return { key, clash: null };
    }
    if (rules.overwrite !== 'never') {
      const sameUpload = isUnfinished(other.state) && other.source !== source;
      return { key, clash: sameUpload ? reason('key-clash', other.source) : null };
    }
  }
  return { key: wanted, clash: reason('object-exists', wanted) };
}
