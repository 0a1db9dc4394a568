/** What the backends remember, in SQLite: each system its own table, as its document has it. */
import Database from 'better-sqlite3';
import { z } from 'zod';
import { json } from '../../../electron/journal/rows.ts';

const text = z.string();
/** ISO 8601, in UTC */
const time = z.string();

const finishedFileSchema = z.object({ key: text, user_id: text, file_type: text, file_url: text, created_at: time });
/** F: a file that was told to be complete */
export type FinishedFile = z.output<typeof finishedFileSchema>;

const sessionSchema = z.object({
  id: text,
  user_id: text,
  status: z.enum(['in_progress', 'completed']),
  started_at: time,
  completed_at: time.nullable(),
  /** what completed it, in one spelling: the same again is the same text */
  completion: text.nullable(),
});
/** I */
export type SessionRecord = z.output<typeof sessionSchema>;

const uploadSchema = z.object({
  id: text,
  user_id: text,
  key: text,
  name: text,
  content_type: text,
  /** bytes */
  max_file_size: z.number(),
  public: z.number().transform((flag) => flag === 1),
  status: z.enum(['pending', 'complete', 'failed']),
  reason: text.nullable(),
  /** bytes, once it is complete */
  size: z.number().nullable(),
  created_at: time,
  updated_at: time,
});
/** U */
export type UploadRecord = z.output<typeof uploadSchema>;

const mediaSchema = z.object({
  id: text,
  event_id: text,
  user_id: text,
  title: text.nullable(),
  description: text.nullable(),
  file_url: text,
  s3_key: text,
  file_type: text,
  /** bytes */
  file_size: z.number(),
  tags: json(z.array(text)),
  created_at: time,
  updated_at: time,
});
/** P */
export type MediaRecord = z.output<typeof mediaSchema>;

const tables = `
  CREATE TABLE IF NOT EXISTS finished_files (
    key TEXT PRIMARY KEY, user_id TEXT NOT NULL, file_type TEXT NOT NULL, file_url TEXT NOT NULL, created_at TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS sessions (
    id TEXT PRIMARY KEY, user_id TEXT NOT NULL, status TEXT NOT NULL, started_at TEXT NOT NULL, completed_at TEXT,
    completion TEXT
  ) STRICT;
  CREATE TABLE IF NOT EXISTS uploads (
    id TEXT PRIMARY KEY, user_id TEXT NOT NULL, key TEXT NOT NULL UNIQUE, name TEXT NOT NULL, content_type TEXT NOT NULL,
    max_file_size INTEGER NOT NULL, public INTEGER NOT NULL, status TEXT NOT NULL, reason TEXT, size INTEGER,
    created_at TEXT NOT NULL, updated_at TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS event_media (
    id TEXT PRIMARY KEY, event_id TEXT NOT NULL, user_id TEXT NOT NULL, title TEXT, description TEXT,
    file_url TEXT NOT NULL, s3_key TEXT NOT NULL UNIQUE, file_type TEXT NOT NULL, file_size INTEGER NOT NULL,
    tags TEXT NOT NULL, created_at TEXT NOT NULL, updated_at TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS media_of_event ON event_media (event_id);
`;

export interface AllRecords {
  finishedFiles: FinishedFile[];
  sessions: SessionRecord[];
  uploads: UploadRecord[];
  media: MediaRecord[];
}

export interface Records {
  /** The same again changes nothing. */
  addFinishedFile(file: FinishedFile): void;
  addSession(session: SessionRecord): void;
  session(id: string): SessionRecord | undefined;
  completeSession(id: string, completion: string, at: string): void;
  addUpload(upload: UploadRecord): void;
  upload(id: string): UploadRecord | undefined;
  uploadOfKey(key: string): UploadRecord | undefined;
  settleUpload(id: string, change: Pick<UploadRecord, 'status' | 'reason' | 'size' | 'updated_at'>): void;
  removeUpload(id: string): void;
  addMedia(media: MediaRecord): void;
  media(id: string): MediaRecord | undefined;
  /** in the order in which they came */
  mediaOf(event: string, page: { type: string | null; skip: number; limit: number }): MediaRecord[];
  removeMedia(id: string): void;
  all(): AllRecords;
  close(): void;
}

export interface RecordsOptions {
  /** in memory when left out */
  file?: string;
  /** better-sqlite3's addon, where its own prebuild does not fit the runtime */
  nativeBinding?: string;
}

export function openRecords({ file = ':memory:', nativeBinding }: RecordsOptions): Records {
  const database = new Database(file, nativeBinding === undefined ? {} : { nativeBinding });
  database.pragma('journal_mode = WAL');
  database.exec(tables);

  const run = (sql: string, values: Record<string, unknown>) => void database.prepare(sql).run(values);
  const one = <T extends z.ZodType>(schema: T, sql: string, value: string) => {
    const row = database.prepare(sql).get(value);
    return row === undefined ? undefined : schema.parse(row);
  };
  const every = <T extends z.ZodType>(schema: T, table: string) =>
    z.array(schema).parse(database.prepare(`SELECT * FROM ${table} ORDER BY rowid`).all());
  const insert = (table: string, row: object, conflict = '') => {
    const names = Object.keys(row);
    const sql = `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map((name) => `@${name}`).join(', ')}) ${conflict}`;
    database.prepare(sql).run(row);
  };

  return {
    addFinishedFile: (finished) => insert('finished_files', finished, 'ON CONFLICT DO NOTHING'),
    addSession: (session) => insert('sessions', session),
    session: (id) => one(sessionSchema, 'SELECT * FROM sessions WHERE id = ?', id),
    completeSession: (id, completion, at) =>
      run(`UPDATE sessions SET status = 'completed', completion = @completion, completed_at = @at WHERE id = @id`, {
        ...{ id, completion, at },
      }),
    addUpload: (upload) => insert('uploads', { ...upload, public: upload.public ? 1 : 0 }),
    upload: (id) => one(uploadSchema, 'SELECT * FROM uploads WHERE id = ?', id),
    uploadOfKey: (key) => one(uploadSchema, 'SELECT * FROM uploads WHERE key = ?', key),
    settleUpload: (id, { status, reason, size, updated_at }) =>
      run(
        `UPDATE uploads SET status = @status, reason = @reason, size = @size, updated_at = @updated_at WHERE id = @id`,
        {
          ...{ id, status, reason, size, updated_at },
        },
      ),
    removeUpload: (id) => run('DELETE FROM uploads WHERE id = @id', { id }),
    addMedia: (media) => insert('event_media', { ...media, tags: JSON.stringify(media.tags) }),
    media: (id) => one(mediaSchema, 'SELECT * FROM event_media WHERE id = ?', id),
    mediaOf: (event, { type, skip, limit }) => {
      const sql = `SELECT * FROM event_media WHERE event_id = @event AND (@type IS NULL OR file_type = @type)
        ORDER BY rowid LIMIT @limit OFFSET @skip`;
      return z.array(mediaSchema).parse(database.prepare(sql).all({ event, type, skip, limit }));
    },
    removeMedia: (id) => run('DELETE FROM event_media WHERE id = @id', { id }),
    all: () => ({
      finishedFiles: every(finishedFileSchema, 'finished_files'),
      sessions: every(sessionSchema, 'sessions'),
      uploads: every(uploadSchema, 'uploads'),
      media: every(mediaSchema, 'event_media'),
    }),
    close: () => void database.close(),
  };
}
