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
  `
  CREATE TABLE destinations (
    id INTEGER PRIMARY KEY,
    connection_id INTEGER NOT NULL REFERENCES connections (id),
    -- That of the rules, so that no two have the same.
    name TEXT NOT NULL UNIQUE,
    rules TEXT NOT NULL,
    -- What was sent there still speaks of it.
    removed INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  -- A destination as a batch has it: what is edited later does not change what was planned.
  CREATE TABLE targets (
    id INTEGER PRIMARY KEY,
    batch_id INTEGER NOT NULL REFERENCES batches (id),
    destination_id INTEGER NOT NULL REFERENCES destinations (id),
    connection_id INTEGER NOT NULL REFERENCES connections (id),
    rules TEXT NOT NULL,
    sorting TEXT NOT NULL
  ) STRICT;
  CREATE INDEX targets_by_batch ON targets (batch_id);

  -- What a person said of it: title, event, ...
  ALTER TABLE batches ADD COLUMN details TEXT NOT NULL DEFAULT '{}';

  ALTER TABLE transfers ADD COLUMN target_id INTEGER;
  -- 1: it is not to be sent as it is, but prepared before.
  ALTER TABLE transfers ADD COLUMN todo INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX transfers_by_source ON transfers (batch_id, source) WHERE target_id IS NOT NULL;
  CREATE INDEX transfers_to_prepare ON transfers (batch_id) WHERE todo = 1 AND state = 'queued';

  -- Of transfers that have a target: what of the file goes up.
  CREATE TABLE outputs (
    transfer_id INTEGER PRIMARY KEY,
    -- the transfer of the file that it was made from; null: this is it
    origin_id INTEGER,
    output TEXT NOT NULL
  ) STRICT;

  ALTER TABLE receipts ADD COLUMN destination_id INTEGER;
  -- absolute path, and bytes, of the file on this computer
  ALTER TABLE receipts ADD COLUMN source TEXT;
  ALTER TABLE receipts ADD COLUMN source_size INTEGER;
  ALTER TABLE receipts ADD COLUMN type TEXT;
  -- of what was prepared; JSON
  ALTER TABLE receipts ADD COLUMN changes TEXT;
  -- bytes of a part: with it a multipart ETag can be made again
  ALTER TABLE receipts ADD COLUMN part_size INTEGER;
  -- The same file once more: those of its size are compared.
  CREATE INDEX receipts_by_size ON receipts (destination_id, source_size) WHERE destination_id IS NOT NULL;
  `,
  `
  -- Single files that a person sends elsewhere than the rules say, or not at all: id of a destination or null, by path as dropped.
  ALTER TABLE batches ADD COLUMN exceptions TEXT NOT NULL DEFAULT '{}';
  -- ms since 1970
  ALTER TABLE receipts ADD COLUMN begun_at INTEGER;
  ALTER TABLE receipts ADD COLUMN url TEXT;
  `,
  `
  -- Where a backend said that a file may go, and how far it is: written before what depends on it. What is done stays, without
  -- what could be sent there.
  CREATE TABLE places (
    transfer_id INTEGER PRIMARY KEY,
    connection_id INTEGER NOT NULL,
    -- asked, sending, arrived, done
    step TEXT NOT NULL,
    -- JSON; null when it is done
    place TEXT,
    -- JSON: what the backend calls the file
    ref TEXT NOT NULL,
    -- of the backend's record
    record_id TEXT,
    -- ms since 1970: when it was first sent there
    begun_at INTEGER,
    -- JSON: what is known of what arrived
    proof TEXT
  ) STRICT;
  CREATE INDEX places_by_record ON places (connection_id, record_id) WHERE record_id IS NOT NULL;
  CREATE INDEX places_open ON places (connection_id) WHERE step <> 'done';

  -- Places that nobody uses any more: the backend is still to be told.
  CREATE TABLE left_places (
    id INTEGER PRIMARY KEY,
    connection_id INTEGER NOT NULL,
    ref TEXT NOT NULL,
    why TEXT NOT NULL,
    -- 1: something may be there
    begun INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX left_places_by_connection ON left_places (connection_id);

  -- A session of a backend that has them: a video and what belongs to it.
  CREATE TABLE sessions (
    -- the transfer of the video
    video_id INTEGER PRIMARY KEY,
    connection_id INTEGER NOT NULL,
    session_id TEXT NOT NULL,
    -- JSON, as it is told; null: it is not complete yet
    completion TEXT,
    -- 1: the backend knows that it is complete
    told INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX sessions_open ON sessions (connection_id) WHERE told = 0;

  -- What went over a backend, since it was added.
  CREATE TABLE broker_counts (
    connection_id INTEGER PRIMARY KEY,
    successes INTEGER NOT NULL DEFAULT 0,
    failures INTEGER NOT NULL DEFAULT 0,
    bytes INTEGER NOT NULL DEFAULT 0,
    ms INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  `,
  `
  -- The next of one connection are found without walking past those of another: in the place of the index without it.
  CREATE INDEX transfers_by_line ON transfers (batch_id, state, connection_id);
  DROP INDEX transfers_by_state;

  -- What goes to the session of a video, itself too: one row in the lists.
  CREATE TABLE session_files (
    transfer_id INTEGER PRIMARY KEY,
    video_id INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX session_files_by_video ON session_files (video_id);

  -- ms since 1970: a person has deleted the object, and its record, by way of the history.
  ALTER TABLE receipts ADD COLUMN removed_at INTEGER;
  `,
];
