/** Sessions at backends that have them: a video, and what belongs to it. One write or one read each. */
import type Database from 'better-sqlite3';
import { z } from 'zod';
import { transferStates, type Transfer, type TransferState } from '../../shared/domain.ts';
import { outputRoles, type OutputRole } from '../../shared/output.ts';
import { fileRefSchema, type FileRef } from '../broker/place.ts';
import type { SessionCompletion } from '../broker/kind.ts';
import { json } from './rows.ts';

const completionSchema = z.strictObject({
  sessionId: z.string(),
  endTime: z.string(),
  minutes: z.number(),
  calories: z.number(),
  video: fileRefSchema,
  thumbnail: fileRefSchema.nullable(),
}) satisfies z.ZodType<SessionCompletion>;

export interface Session {
  /** the transfer of its video */
  videoId: number;
  sessionId: string;
  /** as it is told; null: it is not complete yet */
  completion: SessionCompletion | null;
  /** The backend knows that it is complete. */
  told: boolean;
}

/** A transfer whose file has the same name in the same folder, but for what is behind the last dot. */
export interface Namesake {
  id: number;
  source: string;
  key: string;
  state: TransferState;
  /** null: it has no destination */
  role: OutputRole | null;
  /** what the backend calls it; null: it is not there yet */
  arrived: FileRef | null;
}

const sessionRow = z.object({
  videoId: z.number(),
  sessionId: z.string(),
  completion: json(completionSchema).nullable(),
  told: z.number().transform((flag) => flag === 1),
});

const namesakeRow = z.object({
  id: z.number(),
  source: z.string(),
  key: z.string(),
  state: z.enum(transferStates),
  role: z.enum(outputRoles).nullable(),
  arrived: json(fileRefSchema).nullable(),
});

export type SessionFile = Pick<Transfer, 'id' | 'state' | 'size'>;

const besideRow = z.object({ videoId: z.number(), id: z.number() });
const sessionFileRow = z.object({ id: z.number(), state: z.enum(transferStates), size: z.number() });

const sessionColumns = 'video_id AS videoId, session_id AS sessionId, completion, told FROM sessions';
const namesakeColumns = `t.id, t.source, t.key, t.state, json_extract(o.output, '$.role') AS role,
  CASE WHEN p.step IN ('arrived', 'done') THEN p.ref END AS arrived FROM transfers t
  LEFT JOIN outputs o ON o.transfer_id = t.id LEFT JOIN places p ON p.transfer_id = t.id`;

/** `beginWrite` goes before every write. */
export function sessionStatements(database: Database.Database, beginWrite: () => void) {
  const sql = (text: string) => database.prepare(text);
  const reads = {
    one: sql(`SELECT ${sessionColumns} WHERE video_id = ?`),
    open: sql(`SELECT ${sessionColumns} WHERE connection_id = ? AND told = 0 ORDER BY video_id`),
    video: sql('SELECT video_id FROM session_files WHERE transfer_id = ?').pluck(),
    files: sql(
      `SELECT t.id, t.state, t.size FROM session_files f JOIN transfers t ON t.id = f.transfer_id
       WHERE f.video_id = ? ORDER BY t.id`,
    ),
    beside: sql(
      `SELECT video_id AS videoId, transfer_id AS id FROM session_files
       WHERE video_id IN (SELECT value FROM json_each(?)) AND transfer_id <> video_id ORDER BY transfer_id`,
    ),
    // Each by the index that it has.
    ofTarget: sql(
      `SELECT ${namesakeColumns} WHERE t.batch_id = @batchId AND t.target_id IS NOT NULL AND t.source >= @from
         AND t.source < @to AND t.connection_id = @connectionId ORDER BY t.id`,
    ),
    asItIs: sql(
      `SELECT ${namesakeColumns} WHERE t.connection_id = @connectionId AND t.key >= @from AND t.key < @to
         AND t.batch_id = @batchId AND t.target_id IS NULL ORDER BY t.id`,
    ),
  };
  const writes = {
    start: sql(
      'INSERT OR REPLACE INTO sessions (video_id, connection_id, session_id, completion, told) VALUES (?, ?, ?, NULL, 0)',
    ),
    complete: sql('UPDATE sessions SET completion = ? WHERE video_id = ?'),
    told: sql('UPDATE sessions SET told = 1 WHERE video_id = ?'),
    tie: sql('INSERT OR REPLACE INTO session_files (transfer_id, video_id) VALUES (?, ?)'),
    forget: sql('DELETE FROM sessions WHERE video_id = ?'),
  };

  return {
    /** null: none was started */
    session(videoId: number): Session | null {
      const row = reads.one.get(videoId);
      return row === undefined ? null : sessionRow.parse(row);
    },
    /** Those of which the backend does not know yet that they are complete. */
    openSessions: (connectionId: number): Session[] => z.array(sessionRow).parse(reads.open.all(connectionId)),
    startSession(videoId: number, connectionId: number, sessionId: string): void {
      beginWrite();
      writes.start.run(videoId, connectionId, sessionId);
    },
    /** As it is going to be told. */
    completeSession(videoId: number, completion: SessionCompletion): void {
      beginWrite();
      writes.complete.run(JSON.stringify(completion), videoId);
    },
    endSession(videoId: number): void {
      beginWrite();
      writes.told.run(videoId);
    },
    forgetSession(videoId: number): void {
      beginWrite();
      writes.forget.run(videoId);
    },
    /** Notes that a file goes to the session of a video, which may be itself: the lists show them as one. */
    tieToSession(transferId: number, videoId: number): void {
      beginWrite();
      writes.tie.run(transferId, videoId);
    },
    /** The video to whose session a transfer goes; null: to none. */
    videoOfSession: (transferId: number): number | null =>
      z
        .number()
        .nullable()
        .parse(reads.video.get(transferId) ?? null),
    /** What goes to the session of a video, itself too, in the order of their ids. */
    sessionFiles: (videoId: number): SessionFile[] => z.array(sessionFileRow).parse(reads.files.all(videoId)),
    /** These transfers in their order, and behind each video what else goes to its session. */
    withSessionFiles(ids: readonly number[]): number[] {
      const beside = z.array(besideRow).parse(reads.beside.all(JSON.stringify(ids)));
      if (beside.length === 0) return [...ids];
      const byVideo = new Map<number, number[]>();
      for (const { videoId, id } of beside) byVideo.set(videoId, [...(byVideo.get(videoId) ?? []), id]);
      return [...new Set(ids.flatMap((id) => [id, ...(byVideo.get(id) ?? [])]))];
    },
    /** Itself too, in the order of their ids. */
    namesakes({ batchId, connectionId, targetId, source, key }: Transfer): Namesake[] {
      const stem = stemOf(targetId === null ? key : source);
      const range = { batchId, connectionId, from: `${stem}.`, to: `${stem}/` }; // / comes after .
      const rows = z.array(namesakeRow).parse((targetId === null ? reads.asItIs : reads.ofTarget).all(range));
      return rows.filter((row) => stemOf(targetId === null ? row.key : row.source) === stem);
    },
  };
}

/** Without what is behind its last dot. */
export function stemOf(name: string): string {
  return name.replace(/\.[^./\\]*$/, '');
}
