/** Names for what is written into the logs of what was done to a bucket: deletions, and changes of its settings. */
import { randomBytes } from 'node:crypto';

/** One of `logIdSchema`: it sorts by time, and is no path. `now`: ms since 1970 */
export function newLogId(now: number): string {
  const time = new Date(now).toISOString().replaceAll(/[-:]|\..*/g, '');
  return `${time.replace('T', '-')}-${randomBytes(3).toString('hex')}`;
}
