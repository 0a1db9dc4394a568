/** What a request sends, and how its body is handed to the system: in slices, at the pace that a person allows. */
import type { SignedRequest } from '../../storage/sigv4.ts';
import { sliceSize, type Bandwidth } from './bandwidth.ts';
import type { Body } from './body.ts';

export interface Put {
  /** PUT, where nothing is said */
  method?: 'PUT' | 'POST';
  request: SignedRequest;
  body: Body;
  /** What goes around the file in a form, and is no progress. The request's length has it in. */
  frame?: { before: Buffer; after: Buffer };
  bandwidth: Bandwidth;
  /** Aborting it destroys the connection; the promise rejects with the signal's reason. */
  signal: AbortSignal;
  /** A socket on which nothing moves for so long is given up. ms */
  stallAfter: number;
  /** called with the number of bytes of the file that were handed to the system since the last call */
  onSent(bytes: number): void;
  /** The system has all of it. */
  onLeft(): void;
}

/**
 * `write` is called at least once, with nothing where there is nothing; it resolves when the system has the bytes. `unwatched` gets
 * what waits for the limit: it is not the line that stands still then.
 */
export async function sendBody(
  { body, frame, bandwidth, signal, onSent, onLeft }: Omit<Put, 'method' | 'request' | 'stallAfter'>,
  write: (bytes: Buffer, last: boolean) => Promise<void>,
  unwatched: (work: Promise<void>) => Promise<void>,
): Promise<void> {
  const { before, after } = frame ?? unframed;
  const ends = (sent: number) => sent === body.size && after.length === 0;
  if (before.length > 0 || ends(0)) await write(before, ends(0));
  for (let offset = 0; offset < body.size;) {
    const bytes = await body.chunk(offset, sliceSize(bandwidth.limit));
    if (bandwidth.limit !== null) await unwatched(bandwidth.take(bytes.length, signal));
    offset += bytes.length;
    await write(bytes, ends(offset));
    onSent(bytes.length);
  }
  if (after.length > 0) await write(after, true);
  onLeft();
}

const unframed = { before: Buffer.alloc(0), after: Buffer.alloc(0) };
