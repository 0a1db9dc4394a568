/** What the journal knows of keys, in the order in which stores list them: by the bytes of UTF-8, which is SQLite's too. */
import type Database from 'better-sqlite3';
import { z } from 'zod';
import { connectionConfigSchema, transferStates, type ConnectionConfig } from '../../shared/domain.ts';
import { json } from './rows.ts';

const keyRow = z.object({
  key: z.string(),
  id: z.number(),
  state: z.enum(transferStates),
  /** of the receipt's object, bytes; null: there is none, or it is of another key */
  size: z.number().nullable(),
  finishedAt: z.number().nullable(),
  source: z.string(),
  /** ms since 1970: a person has deleted it by way of this app */
  removedAt: z.number().nullable(),
});
export type KeyRow = z.infer<typeof keyRow>;

const connectionRow = z.object({ id: z.number(), config: json(connectionConfigSchema) });
const receiptKey = z.object({ id: z.number(), key: z.string() });

export function knownKeyReads(database: Database.Database) {
  const sql = (text: string) => database.prepare(text);
  const reads = {
    // In the order of the index of keys: a page costs as much as it has rows, wherever it begins.
    behind: sql(
      `SELECT t.key, t.id, t.state, r.size, r.finished_at AS finishedAt, coalesce(r.source, t.source) AS source,
         r.removed_at AS removedAt
       FROM transfers t LEFT JOIN receipts r ON r.transfer_id = t.id AND r.key = t.key
       WHERE t.connection_id = @connectionId AND (t.key, t.id) > (@key, @id)
       ORDER BY t.key, t.id LIMIT @limit`,
    ),
    connections: sql('SELECT id, config FROM connections ORDER BY id'),
    receiptKeys: sql(
      'SELECT transfer_id AS id, key FROM receipts WHERE transfer_id > @after AND transfer_id <= @until AND connection_id = @connectionId',
    ),
    lastReceipt: sql('SELECT coalesce(max(transfer_id), 0) FROM receipts').pluck(),
  };
  return {
    /** Transfers over a connection behind a key and id, in the order of keys, those of one key in the order of their ids. */
    keysBehind: (connectionId: number, after: { key: string; id: number }, limit: number): KeyRow[] =>
      z.array(keyRow).parse(reads.behind.all({ connectionId, ...after, limit })),
    /** Those that were removed too: what was sent over them is still there. */
    everyConnection: (): { id: number; config: ConnectionConfig }[] =>
      z.array(connectionRow).parse(reads.connections.all()),
    /** What receipts over a connection call their objects: those of transfers from one id, without it, to another. */
    receiptKeys: (connectionId: number, after: number, until: number): { id: number; key: string }[] =>
      z.array(receiptKey).parse(reads.receiptKeys.all({ connectionId, after, until })),
    /** 0: there is none */
    lastReceipt: (): number => Number(reads.lastReceipt.get()),
  };
}
