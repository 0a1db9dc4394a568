/** What was finished, as its receipts say: one read each. */
import type Database from 'better-sqlite3';
import { z } from 'zod';
import { integrityModes, type Receipt } from '../../shared/domain.ts';
import type { HistoryRow } from '../../shared/history.ts';
import { readExported, type ExportedReceipt, type Span } from './export-rows.ts';
import { readHistoryRows } from './history-rows.ts';
import { json } from './rows.ts';

const receiptRow = z.object({
  transferId: z.number(),
  connectionId: z.number(),
  key: z.string(),
  size: z.number(),
  crc32: z.number().nullable(),
  etag: z.string().nullable(),
  versionId: z.string().nullable(),
  integrity: z.enum(integrityModes),
  finishedAt: z.number(),
  destinationId: z.number().nullable(),
  source: z.string().nullable(),
  sourceSize: z.number().nullable(),
  type: z.string().nullable(),
  changes: json(z.array(z.string())).nullable(),
  partSize: z.number().nullable(),
  begunAt: z.number().nullable(),
  url: z.string().nullable(),
});

/** Of receipts that are read at once. */
const perPiece = 500;

const spanRow = z.object({ after: z.number(), last: z.number() });

const receiptColumns = `transfer_id AS transferId, connection_id AS connectionId, key, size, crc32, etag,
  version_id AS versionId, integrity, finished_at AS finishedAt, destination_id AS destinationId, source,
  source_size AS sourceSize, type, changes, part_size AS partSize, begun_at AS begunAt, url`;

export function receiptReads(database: Database.Database) {
  const sql = (text: string) => database.prepare(`SELECT ${receiptColumns} FROM receipts ${text}`);
  const reads = {
    one: sql('WHERE transfer_id = ?'),
    sameSize: sql('WHERE destination_id = ? AND source_size = ? ORDER BY finished_at DESC LIMIT 20'),
    ofBatch: sql(
      `WHERE removed_at IS NULL AND transfer_id > ? AND transfer_id <= ?
         AND (SELECT batch_id FROM transfers WHERE id = transfer_id) = ? ORDER BY transfer_id LIMIT ?`,
    ),
    span: database.prepare(
      "SELECT coalesce(min(id), 1) - 1 AS after, coalesce(max(id), 0) AS last FROM transfers WHERE batch_id = ? AND state = 'done'",
    ),
    newest: sql(
      `WHERE key = @key AND transfer_id IN (SELECT id FROM transfers WHERE connection_id = @connectionId AND key = @key)
       ORDER BY finished_at DESC, transfer_id DESC LIMIT 1`,
    ),
  };
  const shown = readHistoryRows(database);
  const readPiece = readExported(database);
  const spanOf = (batchId: number): Span => spanRow.parse(reads.span.get(batchId));
  const orNull = (row: unknown) => (row === undefined ? null : receiptRow.parse(row));

  return {
    /** Of a batch, as an export has them, in pieces and in the order of the transfers' ids. */
    exportedOfBatch: (batchId: number): Generator<ExportedReceipt[], void> =>
      inPieces(spanOf(batchId), (span) => readPiece(batchId, span, perPiece), byRow),
    receipt: (transferId: number): Receipt | null => orNull(reads.one.get(transferId)),
    /** As the history shows it; null: it has no receipt. */
    historyRow: (transferId: number): HistoryRow | null => shown([transferId])[0] ?? null,
    /** Of files of this size (bytes) that went to a destination: the newest 20. */
    receiptsOfSize: (destinationId: number, sourceSize: number): Receipt[] =>
      z.array(receiptRow).parse(reads.sameSize.all(destinationId, sourceSize)),
    /** The same, without what was deleted since. */
    receiptsOfBatch: (batchId: number): Generator<Receipt[], void> =>
      inPieces(
        spanOf(batchId),
        ({ after, last }) => z.array(receiptRow).parse(reads.ofBatch.all(after, last, batchId, perPiece)),
        byReceipt,
      ),
    /** Of all that went over a connection to this key: what should be there now. */
    newestReceipt: (connectionId: number, key: string): Receipt | null =>
      orNull(reads.newest.get({ connectionId, key })),
  };
}

const byRow = ({ id }: ExportedReceipt) => id;
const byReceipt = ({ transferId }: Receipt) => transferId;

/** Each is read when it is asked for. */
function* inPieces<T>(span: Span, read: (span: Span) => T[], idOf: (one: T) => number): Generator<T[], void> {
  for (let rest = span; ;) {
    const piece = read(rest);
    const end = piece.at(-1);
    if (end === undefined) return;
    yield piece;
    rest = { ...rest, after: idOf(end) };
  }
}
