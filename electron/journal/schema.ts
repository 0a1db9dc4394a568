/**
 * The journal's tables, as the migrations that made them. A migration is never edited once it has landed: a change is a
 * new entry at the end (see CONTRIBUTING.md). SQLite's user_version counts those that were run.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE connections (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    config TEXT NOT NULL,
    capabilities TEXT,
    -- What was sent over it still speaks of it.
    removed INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  CREATE TABLE batches (
    id INTEGER PRIMARY KEY,
    connection_id INTEGER NOT NULL REFERENCES connections (id),
    prefix TEXT NOT NULL,
    roots TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    planned_at INTEGER
  ) STRICT;

  -- One file on its way to one key. The order of ids is the order of sending.
  CREATE TABLE transfers (
    id INTEGER PRIMARY KEY,
    batch_id INTEGER NOT NULL,
    connection_id INTEGER NOT NULL,
    source TEXT NOT NULL,
    key TEXT NOT NULL,
    size INTEGER NOT NULL,
    mtime INTEGER NOT NULL,
    inode TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT,
    not_before INTEGER,
    attempts INTEGER NOT NULL DEFAULT 0,
    sends INTEGER NOT NULL DEFAULT 0,
    part_size INTEGER,
    upload_id TEXT,
    check_first INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX transfers_by_key ON transfers (connection_id, key);
  CREATE INDEX transfers_by_state ON transfers (batch_id, state);

  CREATE TABLE parts (
    transfer_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    state TEXT NOT NULL,
    size INTEGER NOT NULL,
    crc32 INTEGER,
    md5 TEXT,
    etag TEXT,
    sends INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (transfer_id, number)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE receipts (
    transfer_id INTEGER PRIMARY KEY,
    connection_id INTEGER NOT NULL,
    key TEXT NOT NULL,
    size INTEGER NOT NULL,
    crc32 INTEGER,
    etag TEXT,
    version_id TEXT,
    integrity TEXT NOT NULL,
    finished_at INTEGER NOT NULL
  ) STRICT;

  -- Multipart uploads that may be left on a store: written before the request that makes them (upload_id is null: its
  -- answer may be lost), and before the abort of one that is no longer wanted. The sweep works them off.
  CREATE TABLE stale_uploads (
    id INTEGER PRIMARY KEY,
    connection_id INTEGER NOT NULL,
    key TEXT NOT NULL,
    upload_id TEXT,
    since INTEGER NOT NULL,
    until INTEGER NOT NULL
  ) STRICT;
  `,
  `
  -- ms since 1970: a person has taken the finished batch out of the lists.
  ALTER TABLE batches ADD COLUMN cleared_at INTEGER;
  -- Those that a person wants sent first have one above 0: the highest goes first.
  ALTER TABLE transfers ADD COLUMN rank INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX transfers_by_rank ON transfers (rank) WHERE rank > 0 AND state = 'queued';
  -- The few that have a multipart upload under way.
  CREATE INDEX transfers_by_upload ON transfers (batch_id) WHERE upload_id IS NOT NULL;
  `,
];
