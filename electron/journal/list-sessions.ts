/** Sessions in the list of transfers: a video and the pictures that go with it are one row, which stands where the video does. */
import type Database from 'better-sqlite3';
import { z } from 'zod';
import type { TransferState } from '../../shared/states.ts';
import type { SessionRow, TransferRow } from '../../shared/transfer-list.ts';

/** Whichever of these one of its files is in, the first one counts; else all has come to rest, and the video's own does. */
const leastFar: readonly TransferState[] = [
  ...(['uploading', 'verifying', 'preparing', 'queued', 'planned', 'waiting', 'paused', 'failed'] as const),
];

const place = (state: string) =>
  `CASE ${state} ${leastFar.map((one, at) => `WHEN '${one}' THEN ${at}`).join(' ')} ELSE ${leastFar.length} END`;
const stateAt = (at: string) =>
  `CASE ${at} ${leastFar.map((one, index) => `WHEN ${index} THEN '${one}'`).join(' ')} END`;

/** In the place of `transfers` in a query: without the pictures of sessions, and with the state and size of all of it. */
export const folded = `(
  SELECT t.id, t.batch_id, t.key, t.source, t.rank, coalesce(s.size, t.size) AS size,
    CASE WHEN s.at IS NULL THEN t.state
         WHEN s.at < ${leastFar.length} THEN ${stateAt('s.at')}
         WHEN t.state = 'done' AND o.told = 0 THEN 'verifying'
         ELSE t.state END AS state
  FROM transfers t LEFT JOIN session_files f ON f.transfer_id = t.id LEFT JOIN sessions o ON o.video_id = t.id
    LEFT JOIN (SELECT g.video_id, sum(m.size) AS size, min(${place('m.state')}) AS at
               FROM session_files g JOIN transfers m ON m.id = g.transfer_id GROUP BY g.video_id) s ON s.video_id = t.id
  WHERE f.video_id IS NULL OR f.video_id = t.id)`;

/** Most people have none, and their lists cost nothing more. */
export function hasSessions(database: Database.Database): boolean {
  return database.prepare('SELECT 1 FROM session_files LIMIT 1').get() !== undefined;
}

export interface FileOfSession {
  videoId: number;
  /** the backend knows that it is complete; null: it was not started */
  told: boolean | null;
}

const fileRow = z.object({
  id: z.number(),
  videoId: z.number(),
  told: z
    .number()
    .nullable()
    .transform((flag) => (flag === null ? null : flag === 1)),
});

/** What goes to the sessions of those of these ids that are videos, by its id. */
export function readSessionFiles(database: Database.Database, ids: readonly number[]): Map<number, FileOfSession> {
  if (!hasSessions(database)) return new Map();
  const rows = database
    .prepare(
      `SELECT f.transfer_id AS id, f.video_id AS videoId, o.told FROM session_files f
         LEFT JOIN sessions o ON o.video_id = f.video_id WHERE f.video_id IN (SELECT value FROM json_each(?))`,
    )
    .all(JSON.stringify(ids));
  return new Map(
    z
      .array(fileRow)
      .parse(rows)
      .map(({ id, videoId, told }) => [id, { videoId, told }]),
  );
}

/** The row of a session, as `folded` has it. `files`: the video's row too. */
export function foldSession(video: TransferRow, files: readonly TransferRow[], told: boolean | null): TransferRow {
  const farness = ({ state }: TransferRow) => {
    const at = leastFar.indexOf(state);
    return at < 0 ? leastFar.length : at;
  };
  const behind = files.reduce((first, one) => (farness(one) < farness(first) ? one : first), video);
  const sum = (of: (row: TransferRow) => number) => files.reduce((all, row) => all + of(row), 0);
  const awaits = behind.state === 'done' && told === false;
  const state = awaits ? 'verifying' : behind.state;
  const { reason, notBefore } = behind;
  const finished = files.map(({ finishedAt }) => finishedAt ?? 0);
  return {
    ...{ ...video, state, reason, notBefore, size: sum(({ size }) => size), sent: sum(({ sent }) => sent) },
    finishedAt: state === 'done' ? Math.max(...finished) || null : null,
    session: { files: files.length, step: stepOf(state, told), of: behind.id === video.id ? 'video' : 'picture' },
  };
}

function stepOf(state: TransferState, told: boolean | null): SessionRow['step'] {
  if (told === true) return 'complete';
  return state === 'verifying' ? 'completing' : 'open';
}
