/** What a PUT sends, and how its body is handed to the system: in slices, at the pace that a person allows. */
import type { SignedRequest } from '../../storage/sigv4.ts';
import type { Bandwidth } from './bandwidth.ts';
import type { Body } from './body.ts';

export interface Put {
  request: SignedRequest;
  body: Body;
  bandwidth: Bandwidth;
  /** Aborting it destroys the connection; the promise rejects with the signal's reason. */
  signal: AbortSignal;
  /** A socket on which nothing moves for so long is given up. ms */
  stallAfter: number;
  /** called with the number of bytes that were handed to the system since the last call */
  onSent(bytes: number): void;
}

/** One write at a time is in the system's hands: small enough to see a slow line move, large enough not to slow a fast one. */
const sliceSize = { unlimited: 1024 * 1024, limited: 64 * 1024 };

/** `write` is called at least once, with nothing where the body is empty; it resolves when the system has the bytes. */
export async function sendBody(
  { body, bandwidth, signal, onSent }: Pick<Put, 'body' | 'bandwidth' | 'signal' | 'onSent'>,
  write: (bytes: Buffer, last: boolean) => Promise<void>,
): Promise<void> {
  if (body.size === 0) {
    await write(nothing, true);
    return;
  }
  for (let offset = 0; offset < body.size;) {
    const slice = bandwidth.limit === null ? sliceSize.unlimited : sliceSize.limited;
    const bytes = await body.chunk(offset, slice);
    await bandwidth.take(bytes.length, signal);
    offset += bytes.length;
    await write(bytes, offset === body.size);
    onSent(bytes.length);
  }
}

const nothing = Buffer.alloc(0);
