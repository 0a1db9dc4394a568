/** Receipts as the history shows them, asked of the journal. */
import type Database from 'better-sqlite3';
import mime from 'mime';
import { z } from 'zod';
import { batchDetailsSchema } from '../../shared/destination.ts';
import { connectionConfigSchema, type ConnectionConfig } from '../../shared/domain.ts';
import { fileKindOf, type HistoryRow } from '../../shared/history.ts';
import { isS3Config } from '../../shared/connection-kind.ts';
import { storeUrl } from '../storage/public-url.ts';
import type { IndexedReceipt } from './history-index.ts';
import { json } from './rows.ts';

/** In the order of the columns: a million of them are read. */
const indexedRow = z.tuple([
  z.number(),
  z.number(),
  z.number().nullable(),
  z.string(),
  z.string(),
  z.number(),
  z.number(),
  z.string().nullable(),
]);

/** Receipts of earlier versions do not know the file, nor what it is. */
const indexedColumns = `r.transfer_id, t.batch_id, r.destination_id, r.key, coalesce(r.source, t.source), r.size, r.finished_at,
  r.type FROM receipts r JOIN transfers t ON t.id = r.transfer_id`;

/** What goes to the session of a video is one row with it, once that has arrived. */
const notFolded = `NOT EXISTS (SELECT 1 FROM session_files f JOIN receipts v ON v.transfer_id = f.video_id
  WHERE f.transfer_id = r.transfer_id AND f.video_id <> f.transfer_id)`;

export type ReadIndexed = ReturnType<typeof readIndexed>;

/** What the index takes of receipts. */
export function readIndexed(database: Database.Database) {
  const below = database
    .prepare(`SELECT ${indexedColumns} WHERE r.transfer_id < ? AND ${notFolded} ORDER BY r.transfer_id DESC LIMIT ?`)
    .raw();
  const these = database
    .prepare(
      `SELECT ${indexedColumns} WHERE r.transfer_id IN (SELECT value FROM json_each(?)) AND ${notFolded} ORDER BY r.transfer_id`,
    )
    .raw();
  const others = database
    .prepare(
      `SELECT transfer_id FROM session_files
       WHERE video_id IN (SELECT value FROM json_each(?)) AND transfer_id <> video_id`,
    )
    .pluck();
  const parse = (rows: unknown[]): IndexedReceipt[] =>
    z
      .array(indexedRow)
      .parse(rows)
      .map(([id, batchId, destinationId, key, source, size, finishedAt, type]) => ({
        ...{ id, batchId, destinationId, key, source, size, finishedAt },
        kind: fileKindOf(type ?? typeByName(source)),
      }));
  return {
    /** Those with a lower id, the highest first: the newest, mostly. */
    before: (id: number, limit: number) => parse(below.all(id, limit)),
    /** In the order of their ids. */
    of: (ids: readonly number[]) => parse(these.all(JSON.stringify(ids))),
    /** What is one row with those of these that are videos of sessions. */
    foldedInto: (ids: readonly number[]): number[] => z.array(z.number()).parse(others.all(JSON.stringify(ids))),
  };
}

export function typeByName(file: string): string | null {
  return mime.getType(file);
}

/** What is removed has its id behind its name, so that the name is free again: people knew it by the name alone. */
export function knownName(name: string, id: number, removed: number): string {
  const mark = ` (removed ${id})`;
  return removed === 1 && name.endsWith(mark) ? name.slice(0, -mark.length) : name;
}

/** As the journal has it, to be made a row of the history by `shown`. */
export const shownRow = z.object({
  id: z.number(),
  batchId: z.number(),
  connectionId: z.number(),
  connectionName: z.string(),
  connectionRemoved: z.number(),
  config: z.string(),
  destinationId: z.number().nullable(),
  destinationName: z.string().nullable(),
  destinationRemoved: z.number().nullable(),
  source: z.string(),
  key: z.string(),
  size: z.number(),
  type: z.string().nullable(),
  finishedAt: z.number(),
  url: z.string().nullable(),
  removedAt: z.number().nullable(),
  /** 0: it is no session */
  sessionFiles: z.number().default(0),
  sessionTold: z.number().nullish(),
});

export function shown(row: z.infer<typeof shownRow>, configOf: (text: string) => ConnectionConfig): HistoryRow {
  const { id, batchId, connectionId, connectionName, destinationId, destinationName, source, key } = row;
  const type = row.type ?? typeByName(source);
  return {
    ...{ id, batchId, connectionId, destinationId, source, key, size: row.size, type, kind: fileKindOf(type) },
    ...{ finishedAt: row.finishedAt, url: row.url ?? addressAt(configOf(row.config), key) },
    ...{ removedAt: row.removedAt, sessionFiles: row.sessionFiles === 0 ? null : row.sessionFiles },
    sessionTold: row.sessionFiles === 0 || row.sessionTold === 1,
    connectionName: knownName(connectionName, connectionId, row.connectionRemoved),
    destinationName:
      destinationName === null || destinationId === null
        ? null
        : knownName(destinationName, destinationId, row.destinationRemoved ?? 0),
  };
}

/** Null: where a backend's storage has it, only the backend knows. */
function addressAt(config: ConnectionConfig, key: string): string | null {
  return isS3Config(config) ? storeUrl(config, key) : null;
}

/** of receipts r, transfers t, connections c, destinations d */
export const shownColumns = `r.transfer_id AS id, t.batch_id AS batchId, r.connection_id AS connectionId, c.name AS connectionName,
  c.removed AS connectionRemoved, c.config, r.destination_id AS destinationId, d.name AS destinationName,
  d.removed AS destinationRemoved, coalesce(r.source, t.source) AS source, r.key, r.size, r.type,
  r.finished_at AS finishedAt, r.url, r.removed_at AS removedAt`;

/** The rows of these ids, in their order; an id that has no receipt is left out. */
export function readHistoryRows(database: Database.Database): (ids: readonly number[]) => HistoryRow[] {
  const these = database.prepare(
    `SELECT ${shownColumns}, (SELECT count(*) FROM session_files f JOIN receipts s ON s.transfer_id = f.transfer_id
         WHERE f.video_id = r.transfer_id) AS sessionFiles,
       (SELECT told FROM sessions WHERE video_id = r.transfer_id) AS sessionTold
     FROM receipts r JOIN transfers t ON t.id = r.transfer_id
       JOIN connections c ON c.id = r.connection_id LEFT JOIN destinations d ON d.id = r.destination_id
     WHERE r.transfer_id IN (SELECT value FROM json_each(?))`,
  );
  return (ids) => {
    const configOf = configReader();
    const rows = z.array(shownRow).parse(these.all(JSON.stringify(ids)));
    const byId = new Map(rows.map((row) => [row.id, shown(row, configOf)]));
    return ids.flatMap((id) => byId.get(id) ?? []);
  };
}

/** Many rows have few connections: each is parsed once. */
export function configReader(): (text: string) => ConnectionConfig {
  const known = new Map<string, ConnectionConfig>();
  const schema = json(connectionConfigSchema);
  return (text) => {
    let config = known.get(text);
    if (config === undefined) known.set(text, (config = schema.parse(text)));
    return config;
  };
}

const taggedBatch = z.object({ id: z.number(), details: json(batchDetailsSchema) });

/** The batches that have a tag. */
export function readTagged(database: Database.Database): (tag: string) => number[] {
  const all = database.prepare("SELECT id, details FROM batches WHERE details <> '{}'");
  return (tag) =>
    z
      .array(taggedBatch)
      .parse(all.all())
      .filter(({ details }) => details.tags.includes(tag))
      .map(({ id }) => id);
}
