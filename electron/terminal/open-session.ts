/** The session of a command that writes: what was done about a damaged journal is told before anything else. */
import { openSession, rescueText, type Session, type SessionOptions } from '../session.ts';

/** Throws what `openJournal` throws. */
export function openTold(options: SessionOptions): Session {
  const session = openSession(options);
  const rescued = rescueText(session.journal.rescued);
  if (rescued !== null) process.stderr.write(`${rescued}\n`);
  return session;
}
