/** What a view of the transfers shows, asked of the journal: first all its ids in their order, then the rows of a page. */
import type Database from 'better-sqlite3';
import { z } from 'zod';
import { transferStates } from '../../shared/domain.ts';
import { reasonSchema } from '../../shared/reason.ts';
import { otherNameOf, shownPathOf } from '../../shared/own-name.ts';
import { stateFilterNames, stateFilters, type TransferState } from '../../shared/states.ts';
import type { Page, TransferRow, View } from '../../shared/transfer-list.ts';
import { rowSchema } from './list-messages.ts';
import { folded, foldSession, hasSessions, readSessionFiles } from './list-sessions.ts';

interface Keyed {
  id: number;
  key: string;
  source: string;
}

const idsOfRows = z.array(z.number());
const keyedRows = z.array(z.object({ id: z.number(), key: z.string(), source: z.string() }));
const pageRows = z.array(
  rowSchema.omit({ session: true }).extend({
    reason: z
      .string()
      .transform((text): unknown => JSON.parse(text))
      .pipe(reasonSchema)
      .nullable(),
  }),
);

const placeOfState = `CASE state ${transferStates.map((state, at) => `WHEN '${state}' THEN ${at}`).join(' ')} END`;

/** As people sort: any case, numbers by their value, letters by their language. */
const collator = new Intl.Collator(undefined, { numeric: true });

/** The ids of all transfers of a view, in its order. Takes up to 0.3 s for 100,000: no work for the main thread. */
export function findIds(database: Database.Database, view: View): Float64Array<ArrayBuffer> {
  const { batchId, search, sort } = view;
  const from = hasSessions(database) ? folded : 'transfers';
  const select = (columns: string) =>
    database.prepare(`SELECT ${columns} FROM ${from} ${conditions(view)} ${sqlOrder(sort)}`);
  if (search === '' && sort.by !== 'name') {
    return Float64Array.from(idsOfRows.parse(select('id').pluck().all({ batchId })));
  }
  const all = keyedRows.parse(select('id, key, source').all({ batchId }));
  const wanted = plain(search);
  const found = search === '' ? all : all.filter((file) => isFound(file, wanted));
  return Float64Array.from(sort.by === 'name' ? sortByName(found, sort.descending ? -1 : 1) : found, ({ id }) => id);
}

/** How many rows each filter would show of a view's batches; null: no sessions are among them, and every file is a row. */
export function countRows(database: Database.Database, view: View): Page['counts'] {
  if (!hasSessions(database)) return null;
  const text = `SELECT state, count(*) AS rows FROM ${folded} ${conditions({ ...view, filter: 'all' })} GROUP BY state`;
  const ofState = z
    .array(z.object({ state: z.enum(transferStates), rows: z.number() }))
    .parse(database.prepare(text).all({ batchId: view.batchId }));
  const count = (states: readonly TransferState[] | null) =>
    ofState.reduce((sum, { state, rows }) => sum + (states === null || states.includes(state) ? rows : 0), 0);
  return Object.fromEntries(stateFilterNames.map((name) => [name, count(stateFilters[name])])) as Page['counts'];
}

/** The rows of these ids, in their order; an id that the journal does not have is left out. */
export function readRows(database: Database.Database, ids: readonly number[]): TransferRow[] {
  const files = readSessionFiles(database, ids);
  const rows = readFiles(database, [...ids, ...files.keys()]);
  const byId = new Map(rows.map((row) => [row.id, row]));
  const sessions = Map.groupBy(
    rows.filter(({ id }) => files.has(id)),
    ({ id }) => files.get(id)?.videoId ?? id,
  );
  return ids.flatMap((id) => {
    const row = byId.get(id);
    if (row === undefined) return [];
    const others = sessions.get(id);
    return others === undefined ? row : foldSession(row, others, files.get(id)?.told ?? null);
  });
}

/** Without what is said of sessions. */
function readFiles(database: Database.Database, ids: readonly number[]): TransferRow[] {
  const rows = pageRows.parse(
    database
      .prepare(
        `SELECT t.id, t.batch_id AS batchId, t.connection_id AS connectionId, t.source, t.key, t.size, t.state, t.reason,
           t.not_before AS notBefore, r.finished_at AS finishedAt,
           CASE WHEN t.state = 'done' THEN t.size
                WHEN t.part_size IS NULL THEN 0
                ELSE (SELECT coalesce(sum(p.size), 0) FROM parts p WHERE p.transfer_id = t.id AND p.state = 'sent')
           END AS sent
         FROM transfers t LEFT JOIN receipts r ON r.transfer_id = t.id
         WHERE t.id IN (SELECT value FROM json_each(?))`,
      )
      .all(JSON.stringify(ids)),
  );
  return rows.map((row) => ({ ...row, session: null }));
}

function conditions({ filter }: View): string {
  const states = stateFilters[filter];
  const ofStates = states === null ? '' : `AND state IN (${states.map((state) => `'${state}'`).join(', ')})`;
  return `WHERE batch_id IN
    (SELECT id FROM batches WHERE cleared_at IS NULL AND (@batchId IS NULL OR id = @batchId)) ${ofStates}`;
}

/** Names are sorted below, not by SQLite: it knows neither numbers in them nor any letter beyond ASCII. */
function sqlOrder({ by, descending }: View['sort']): string {
  const direction = descending ? 'DESC' : 'ASC';
  switch (by) {
    case 'order':
      return descending ? 'ORDER BY rank, id DESC' : 'ORDER BY rank DESC, id';
    case 'size':
      return `ORDER BY size ${direction}, id`;
    case 'state':
      return `ORDER BY ${placeOfState} ${direction}, id`;
    case 'name':
      return '';
  }
}

/** In any case, and whichever way accents are written. Upper case, for ß and the two small sigmas have but one there. */
function plain(text: string): string {
  return text.normalize('NFC').toUpperCase().normalize('NFC');
}

/** In its key, or in the name that is shown of it. `wanted` is plain. */
function isFound(file: Keyed, wanted: string): boolean {
  return plain(file.key).includes(wanted) || plain(otherNameOf(file) ?? '').includes(wanted);
}

/** By what is shown as the name. Folder by folder, which is also what makes it fast: most comparisons are of short names, not of whole keys. */
function sortByName(rows: readonly Keyed[], sign: 1 | -1): { id: number }[] {
  const shown = rows.map((file) => ({ id: file.id, path: shownPathOf(file) }));
  const folders = Map.groupBy(shown, ({ path }) => path.slice(0, path.lastIndexOf('/') + 1));
  return [...folders]
    .map(([folder, files]) => ({ path: folder.split('/'), files }))
    .sort((a, b) => sign * comparePaths(a.path, b.path))
    .flatMap(({ files }) =>
      files
        .map(({ id, path }) => ({ id, name: path.slice(path.lastIndexOf('/') + 1) }))
        .sort((a, b) => sign * collator.compare(a.name, b.name) || a.id - b.id),
    );
}

/** Name by name, so that a folder stays together; those that read the same (1 and 01) in the order of their letters' codes. */
function comparePaths(a: readonly string[], b: readonly string[]): number {
  for (const [at, name] of a.entries()) {
    const other = b[at];
    if (other === undefined) return 1;
    if (name !== other) return collator.compare(name, other) || (name < other ? -1 : 1);
  }
  return a.length - b.length;
}
