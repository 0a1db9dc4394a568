/** What was finished, as its receipts say: one read each. */
import type Database from 'better-sqlite3';
import { z } from 'zod';
import { integrityModes, type Receipt } from '../../shared/domain.ts';
import type { HistoryRow } from '../../shared/history.ts';
import { readExported } from './export-rows.ts';
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

const receiptColumns = `transfer_id AS transferId, connection_id AS connectionId, key, size, crc32, etag,
  version_id AS versionId, integrity, finished_at AS finishedAt, destination_id AS destinationId, source,
  source_size AS sourceSize, type, changes, part_size AS partSize, begun_at AS begunAt, url`;

export function receiptReads(database: Database.Database) {
  const sql = (text: string) => database.prepare(`SELECT ${receiptColumns} FROM receipts ${text}`);
  const reads = {
    one: sql('WHERE transfer_id = ?'),
    sameSize: sql('WHERE destination_id = ? AND source_size = ? ORDER BY finished_at DESC LIMIT 20'),
    ofBatch: sql(
      `WHERE removed_at IS NULL AND transfer_id IN
         (SELECT id FROM transfers WHERE batch_id = ? AND state = 'done' AND id > ? ORDER BY id LIMIT ?)
       ORDER BY transfer_id`,
    ),
    newest: sql(
      `WHERE key = @key AND transfer_id IN (SELECT id FROM transfers WHERE connection_id = @connectionId AND key = @key)
       ORDER BY finished_at DESC, transfer_id DESC LIMIT 1`,
    ),
  };
  const shown = readHistoryRows(database);
  const orNull = (row: unknown) => (row === undefined ? null : receiptRow.parse(row));

  return {
    /** As an export has them: of a batch, behind a transfer's id, in the order of those. */
    exportedOfBatch: readExported(database),
    receipt: (transferId: number): Receipt | null => orNull(reads.one.get(transferId)),
    /** As the history shows it; null: it has no receipt. */
    historyRow: (transferId: number): HistoryRow | null => shown([transferId])[0] ?? null,
    /** Of files of this size (bytes) that went to a destination: the newest 20. */
    receiptsOfSize: (destinationId: number, sourceSize: number): Receipt[] =>
      z.array(receiptRow).parse(reads.sameSize.all(destinationId, sourceSize)),
    /** Of a batch, behind a transfer's id, in the order of those; without what was deleted since. */
    receiptsOfBatch: (batchId: number, after: number, limit: number): Receipt[] =>
      z.array(receiptRow).parse(reads.ofBatch.all(batchId, after, limit)),
    /** Of all that went over a connection to this key: what should be there now. */
    newestReceipt: (connectionId: number, key: string): Receipt | null =>
      orNull(reads.newest.get({ connectionId, key })),
  };
}
