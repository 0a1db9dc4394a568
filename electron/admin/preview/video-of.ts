/** An object as a player reads it: in small pieces from here and there, of which those that were fetched last are kept. */
import { SidelineError } from '../../../shared/errors.ts';
import type { VideoBytes } from '../../engine/prepare/stills.ts';
import type { Bucket } from '../bucket.ts';
import { readObject, type ObjectAt } from './read-object.ts';

/** bytes of one request */
const pieceSize = 2 ** 20;
const mostKept = 8;
/** A player that wants more than this for one picture does not find it. bytes */
const mostFetched = 64 * 2 ** 20;

/** Its reads reject as `readObject`, and with `still-undecodable` where too much is asked for. */
export function videoOf(bucket: Bucket, object: ObjectAt, signal: AbortSignal): VideoBytes {
  const kept = new Map<number, Promise<Buffer>>();
  let fetched = 0;

  function piece(number: number): Promise<Buffer> {
    const known = kept.get(number);
    if (known !== undefined) return known;
    const from = number * pieceSize;
    const to = Math.min(object.size, from + pieceSize);
    fetched += to - from;
    if (fetched > mostFetched) throw new SidelineError('still-undecodable', { subject: 'format' });
    const wanted = readObject(bucket, object, { from, to }, signal);
    kept.set(number, wanted);
    const [oldest] = kept.keys();
    if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
    return wanted;
  }

  return {
    size: object.size,
    async read(at, length) {
      if (at >= object.size) return new Uint8Array();
      const number = Math.floor(at / pieceSize);
      const bytes = await piece(number);
      const start = at - number * pieceSize;
      return new Uint8Array(bytes.subarray(start, start + length)); // less than asked for at the end of a piece
    },
  };
}
