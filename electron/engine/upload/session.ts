/**
 * Sessions of backends that have them: one for each video, with the still or the picture of the same name beside it. It is
 * started by whichever comes first and completed by whichever arrives last; both are in the journal before what depends on them.
 */
import mime from 'mime';
import type { Transfer } from '../../../shared/domain.ts';
import { asSidelineError, SidelineError } from '../../../shared/errors.ts';
import type { FileRef } from '../../broker/place.ts';
import type { SessionCompletion, Sessions } from '../../broker/kind.ts';
import { inTurn } from '../../in-turn.ts';
import type { Namesake, Session } from '../../journal/sessions.ts';
import { isUnfinished } from '../transfer-state.ts';
import { attempt, type Job } from './job.ts';
import type { BrokerLine } from './line.ts';

type BrokerJob = Job<BrokerLine>;

/** ms */
const startWithin = 60_000;

/** The session that a file goes to, started where it is the first of it. Null: the backend has none, or it belongs to no video. */
export async function sessionOf(job: BrokerJob, type: string): Promise<string | null> {
  const { line, transfer, signal } = job;
  const { sessions } = line.backend.broker;
  if (sessions === null) return null;
  const videoId = type.startsWith('video/') ? transfer.id : videoOf(line, transfer);
  if (videoId === null) return null;
  const known = line.journal.session(videoId);
  // What comes late belongs to it all the same; a video that is sent again is another session.
  if (known !== null && (!known.told || videoId !== transfer.id)) return known.sessionId;
  const started = await startOnce(line, sessions, videoId, transfer.connectionId);
  signal.throwIfAborted();
  return started;
}

/** Not by the signal of one of them: two may be waiting for it. */
function startOnce(line: BrokerLine, sessions: Sessions, videoId: number, connectionId: number): Promise<string> {
  const { starting, journal } = line;
  let started = starting.get(videoId);
  if (started === undefined) {
    started = sessions
      .start(AbortSignal.timeout(startWithin))
      .then(({ sessionId }) => {
        journal.startSession(videoId, connectionId, sessionId);
        return sessionId;
      })
      .finally(() => starting.delete(videoId));
    starting.set(videoId, started);
  }
  return started;
}

/** The backend does not know it any more: the next try starts another. */
export function forgetSession(job: BrokerJob, type: string): void {
  const videoId = type.startsWith('video/') ? job.transfer.id : videoOf(job.line, job.transfer);
  if (videoId !== null) job.line.journal.forgetSession(videoId);
}

/** Whether a session can be of it. */
export function isVideo({ source, role }: Pick<Namesake, 'source' | 'role'>): boolean {
  return (role === null || role === 'file') && (mime.getType(source) ?? '').startsWith('video/');
}

function videoOf({ journal }: Pick<BrokerLine, 'journal'>, transfer: Transfer): number | null {
  return journal.namesakes(transfer).find(isVideo)?.id ?? null;
}

/** Completes the session of a file that has arrived, where it is the last. Throws what `attempt` throws. */
export async function endSession(job: BrokerJob): Promise<void> {
  const { line, transfer } = job;
  const { sessions } = line.backend.broker;
  if (sessions === null) return;
  const own = line.journal.session(transfer.id);
  const videoId = own === null ? videoOf(line, transfer) : transfer.id;
  const session = own ?? (videoId === null ? null : line.journal.session(videoId));
  if (session === null || session.told) return;
  await attempt(job, () => completeInTurn(line, session, job.signal));
}

/** Its files may arrive at the same moment: whoever comes second finds that it has been told. */
function completeInTurn(line: BrokerLine, session: Session, signal: AbortSignal): Promise<void> {
  const name = `session ${session.sessionId} of ${line.backend.broker.host}`;
  return inTurn(name, signal, () => completeSession(line, session, signal));
}

/** Of sessions whose last file came to rest without arriving. Throws what the network and the backend can cause. */
export async function endSessions(line: BrokerLine, connectionId: number, signal: AbortSignal): Promise<void> {
  let failure: SidelineError | null = null;
  for (const session of line.journal.openSessions(connectionId)) {
    try {
      await completeInTurn(line, session, signal);
    } catch (error) {
      signal.throwIfAborted();
      failure ??= asSidelineError(error); // one that the backend does not take holds up no other
    }
  }
  if (failure !== null) throw failure;
}

/** Nothing is done while a file of it is still to come, or its video is not there. */
async function completeSession(line: BrokerLine, session: Session, signal: AbortSignal): Promise<void> {
  const { journal, backend } = line;
  const made = session.completion ?? (await completionOf(line, session, signal));
  const now = journal.session(session.videoId); // another may have made it meanwhile, and only the same can be told again
  const completion = now?.completion ?? made;
  const { sessions } = backend.broker;
  if (now === null || now.told || completion === null || sessions === null) return;
  if (now.completion === null) journal.completeSession(session.videoId, completion);
  await journal.committed();
  await sessions.complete(completion, signal);
  journal.endSession(session.videoId);
}

async function completionOf(
  { journal, now, inspections }: BrokerLine,
  { videoId, sessionId }: Session,
  signal: AbortSignal,
): Promise<SessionCompletion | null> {
  const transfer = journal.transfer(videoId);
  const video = journal.place(videoId);
  if (transfer === null || video === null || (video.step !== 'arrived' && video.step !== 'done')) return null;
  const others = journal.namesakes(transfer).filter((one) => one.id !== videoId && !isVideo(one));
  if (others.some(({ arrived, state }) => arrived === null && isUnfinished(state))) return null;
  const thumbnail = others.map(({ arrived }) => arrived).find((ref) => isOf(ref, sessionId)) ?? null;
  return {
    ...{ sessionId, endTime: new Date(now()).toISOString(), calories: 0, video: video.ref, thumbnail },
    minutes: await minutesOf(transfer, inspections, signal),
  };
}

function isOf(ref: FileRef | null, sessionId: string): ref is FileRef {
  return ref !== null && ref.values.session_id === sessionId && ref.values.part === 'thumbnail';
}

/** As long as the video is, to two decimals; 0: it does not say, or is gone. */
async function minutesOf(
  { source, size, mtime, inode }: Transfer,
  inspections: BrokerLine['inspections'],
  signal: AbortSignal,
): Promise<number> {
  try {
    const { duration } = await inspections.of(source, { size, mtime, inode }, signal);
    return Math.round((duration ?? 0) / 600) / 100;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof SidelineError) return 0;
    throw error;
  }
}
