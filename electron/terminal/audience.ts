/** What becomes of a command whose output nobody takes any longer: a pipe that was closed, a terminal that is gone, a full disk. */
import { systemCode } from '../system-code.ts';

/** of commands that only show something: without a reader they have nothing left to do */
const showing = new Set(['plan', 'ls', 'stat', 'status', 'history', 'export', 'list', 'link']);

/**
 * What works (`upload`, `get`, ...) goes on to its end, for it does not depend on who listens. What only shows ends at once: with
 * 0 where the reader has had enough (`| head`), with 1 and a sentence where the output could not be written.
 */
export function outliveAudience(args: readonly string[], streams: Pick<NodeJS.Process, 'stdout' | 'stderr'>): void {
  const onlyShows = args.slice(0, 2).some((arg) => showing.has(arg)) && !args.includes('delete');
  let told = false;
  streams.stdout.on('error', (error: Error) => {
    const code = systemCode(error);
    const hadEnough = code === 'EPIPE' || code === 'EIO'; // EIO: of a terminal that was closed
    if (!hadEnough && !told) streams.stderr.write(`The output could not be written (${code}): is the disk full?\n`);
    told = true;
    if (onlyShows) process.exit(hadEnough ? 0 : 1);
  });
  streams.stderr.on('error', () => undefined); // there is nowhere left to say it
}
