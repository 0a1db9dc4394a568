/** Receipts with all that an export says of them. */
import type Database from 'better-sqlite3';
import { z } from 'zod';
import { isS3Config } from '../../shared/connection-kind.ts';
import { integrityModes, type ConnectionConfig } from '../../shared/domain.ts';
import type { HistoryRow } from '../../shared/history.ts';
import { outputRoles, type OutputRole } from '../../shared/output.ts';
import { configReader, shown, shownColumns, shownRow } from './history-rows.ts';
import { json } from './rows.ts';

const exportedRow = shownRow.extend({
  sourceSize: z.number().nullable(),
  crc32: z.number().nullable(),
  etag: z.string().nullable(),
  versionId: z.string().nullable(),
  integrity: z.enum(integrityModes),
  changes: json(z.array(z.string())).nullable(),
  begunAt: z.number().nullable(),
  role: z.enum(outputRoles).nullable(),
  outputName: z.string().nullable(),
});

export interface ExportedReceipt
  extends HistoryRow, Omit<z.infer<typeof exportedRow>, keyof z.infer<typeof shownRow> | 'role'> {
  bucket: string;
  role: OutputRole;
}

/** Ids of transfers: those after the one, up to the other. */
export interface Span {
  after: number;
  last: number;
}

/** Of a batch, within these ids, in the order of those. */
export function readExported(database: Database.Database) {
  // By its ids alone: by an index SQLite would read the whole batch, and sort it, anew for each piece.
  const ofBatch = database.prepare(
    `SELECT ${shownColumns}, r.source_size AS sourceSize, r.crc32, r.etag, r.version_id AS versionId, r.integrity, r.changes,
       r.begun_at AS begunAt, o.output ->> '$.role' AS role, o.output ->> '$.name' AS outputName
     FROM transfers t NOT INDEXED JOIN receipts r ON r.transfer_id = t.id JOIN connections c ON c.id = r.connection_id
     LEFT JOIN destinations d ON d.id = r.destination_id LEFT JOIN outputs o ON o.transfer_id = t.id
     WHERE t.batch_id = ? AND t.state = 'done' AND t.id > ? AND t.id <= ? ORDER BY t.id LIMIT ?`,
  );
  return (batchId: number, { after, last }: Span, limit: number): ExportedReceipt[] => {
    const configOf = configReader();
    return z
      .array(exportedRow)
      .parse(ofBatch.all(batchId, after, last, limit))
      .map((row) => {
        const { sourceSize, crc32, etag, versionId, integrity, changes, begunAt, outputName } = row;
        return {
          ...shown(row, configOf),
          ...{ sourceSize, crc32, etag, versionId, integrity, changes, begunAt, outputName },
          ...{ bucket: bucketOf(configOf(row.config)), role: row.role ?? 'file' },
        };
      });
  };
}

/** Empty: it is the backend's, and nobody is told. */
function bucketOf(config: ConnectionConfig): string {
  return isS3Config(config) ? config.bucket : '';
}
