/** A plan of many files: its sums, and its rows, as small as they can be kept and as quick as they can be searched. */
import type { Reason } from '../../shared/errors.ts';
import { reason } from '../../shared/errors.ts';
import type { PlanRow, PlanView, UploadPlan } from '../../shared/upload-plan.ts';
import { createPace } from '../engine/pace.ts';
import type { LookedFile } from '../engine/plan/look.ts';
import { createPreview, type PreviewDeps, type PreviewRow } from '../engine/plan/preview.ts';
import type { WantedPlace } from '../engine/plan/same-batch.ts';

export interface KeptPlan {
  sums: UploadPlan;
  /** Rows of a view, and how many it has. */
  page(view: PlanView, offset: number, limit: number): Promise<{ total: number; rows: PlanRow[] }>;
}

interface KeptRow extends Pick<PreviewRow, 'type' | 'role' | 'name' | 'key' | 'state' | 'reason' | 'renamed'> {
  file: LookedFile;
  destinationId: number | null;
  id: number;
}

/** More than anything that is made of one file: itself, its original, ten sizes, a still. */
const mostOfOneFile = 16;

/** In slices, so that the window stays alive. Rejects with the signal's reason. */
export async function makePlan(
  deps: PreviewDeps,
  wanted: WantedPlace,
  files: readonly LookedFile[],
  signal: AbortSignal,
): Promise<KeptPlan> {
  const preview = createPreview(deps, wanted);
  const pace = createPace();
  const sum = createSums(wanted);
  const same = createSameReasons();
  const rows: KeptRow[] = [];
  for (const [at, file] of files.entries()) {
    const planned = preview(file);
    sum.add(file, planned);
    for (const [nth, { target, ...row }] of planned.entries()) {
      const id = at * mostOfOneFile + nth + 1;
      rows.push({ ...row, reason: same(row.reason), file, id, destinationId: target?.destinationId ?? null });
    }
    if (!pace.isOver()) continue;
    await pace.turn();
    signal.throwIfAborted();
  }
  return { sums: sum.result(), page: createPages(rows) };
}

/** A hundred thousand files are refused for a handful of reasons. */
function createSameReasons(): (why: Reason | null) => Reason | null {
  const known = new Map<string, Reason>();
  return (why) => {
    if (why === null) return null;
    const found = known.get(why.message);
    if (found === undefined) known.set(why.message, why);
    return found ?? why;
  };
}

function createSums({ targets = [] }: WantedPlace) {
  const sums: UploadPlan = { files: 0, bytes: 0, targets: [], notSent: [], renamed: 0 };
  const byTarget = new Map<number | null, UploadPlan['targets'][number]>();
  const notSent = new Map<string, UploadPlan['notSent'][number]>();
  for (const destinationId of targets.length === 0 ? [null] : targets.map((target) => target.destinationId)) {
    byTarget.set(destinationId, { destinationId, files: 0, objects: 0, bytes: 0 });
  }

  function addNotSent({ state, reason: why }: PreviewRow, size: number): void {
    if (state === 'planned' || why === null) return;
    const group = `${state} ${why.kind}`;
    const found = notSent.get(group);
    if (found === undefined) {
      notSent.set(group, { state, reason: why, files: 1, bytes: size });
      return;
    }
    found.files += 1;
    found.bytes += size;
    // Of several files with a subject each, only what they have in common.
    if (found.reason.message !== why.message) found.reason = reason(why.kind);
  }

  return {
    add({ fingerprint: { size } }: LookedFile, rows: readonly PreviewRow[]): void {
      sums.files += 1;
      sums.bytes += size;
      for (const row of rows) addNotSent(row, size);
      const sent = rows.filter(({ state }) => state === 'planned');
      const sum = byTarget.get(sent[0]?.target?.destinationId ?? null);
      if (sent.length === 0 || sum === undefined) return;
      sum.files += 1;
      sum.bytes += size;
      sum.objects += sent.length;
      sums.renamed += sent.filter(({ renamed }) => renamed).length;
    },
    result: (): UploadPlan => ({
      ...sums,
      targets: [...byTarget.values()],
      notSent: [...notSent.values()].toSorted((a, b) => b.files - a.files),
    }),
  };
}

function createPages(rows: readonly KeptRow[]): KeptPlan['page'] {
  /** Places of the rows of the last view: a person scrolls through one. */
  let last: { view: string; places: Promise<Uint32Array> } | null = null;

  function placesOf(view: PlanView): Promise<Uint32Array> {
    const text = JSON.stringify(view);
    if (last?.view !== text) last = { view: text, places: find(rows, view) };
    return last.places;
  }

  return async (view, offset, limit) => {
    const places = await placesOf(view);
    const wanted = [...places.subarray(offset, offset + limit)];
    return { total: places.length, rows: wanted.flatMap((at) => rows[at] ?? []).map(shown) };
  };
}

async function find(rows: readonly KeptRow[], view: PlanView): Promise<Uint32Array> {
  const places = new Uint32Array(rows.length);
  const pace = createPace();
  const needle = view.search.trim().toLowerCase();
  let count = 0;
  for (const [at, row] of rows.entries()) {
    if (isShown(row, view, needle)) places[count++] = at;
    if (pace.isOver()) await pace.turn();
  }
  return places.subarray(0, count);
}

function isShown(row: KeptRow, { show, destinationId, reason: kind }: PlanView, needle: string): boolean {
  if (show === 'planned' && row.state !== 'planned') return false;
  if (show === 'not-sent' && row.state === 'planned') return false;
  if (show === 'renamed' && !row.renamed) return false;
  if (kind !== null && row.reason?.kind !== kind) return false;
  if (destinationId !== null && row.destinationId !== destinationId) return false;
  return needle === '' || row.file.relativePath.toLowerCase().includes(needle);
}

function shown({ file, ...row }: KeptRow): PlanRow {
  return { ...row, relativePath: file.relativePath, source: file.source, size: file.fingerprint.size };
}
