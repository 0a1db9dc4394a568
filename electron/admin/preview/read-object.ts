/** Bytes of an object for whoever looks at it: streamed as they are wanted, and no longer than that. */
import type { Bucket } from '../bucket.ts';
import { receive } from '../download/receive.ts';

export interface ObjectAt {
  key: string;
  /** null: what is there now */
  versionId: string | null;
  /** without quotes; '': the store gives none */
  etag: string;
  /** bytes */
  size: number;
}

export interface Range {
  /** the first byte, and the one behind the last; there is at least one */
  from: number;
  to: number;
}

/** bytes that are read ahead of who wants them */
const ahead = 512 * 1024;

/**
 * One signed request, which goes on behind the last byte that came where the line breaks. It errors with `object-changed` where the
 * object is another by now, and with what a store or a line can cause; cancelling it ends the request.
 */
export function streamObject(bucket: Bucket, object: ObjectAt, { from, to }: Range): ReadableStream<Uint8Array> {
  const stop = new AbortController();
  let at = from;
  let goOn: (() => void) | null = null;

  async function send(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    const take = (bytes: Buffer): Promise<void> | undefined => {
      if (stop.signal.aborted) return undefined;
      at += bytes.length;
      controller.enqueue(new Uint8Array(bytes));
      if ((controller.desiredSize ?? 0) > 0) return undefined;
      return new Promise((resolve) => (goOn = resolve));
    };
    const once = () => receive(bucket.storage, { ...object, from: at, to }, { head: nothing, take }, stop.signal);
    await bucket.attempt({ right: 'read', key: object.key, operation: 'download' }, once, stop.signal);
  }

  function wake(): void {
    goOn?.();
    goOn = null;
  }

  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        // Not awaited: it takes as long as somebody reads.
        send(controller).then(
          () => {
            if (!stop.signal.aborted) controller.close();
          },
          (error: unknown) => controller.error(error),
        );
      },
      pull: wake,
      cancel(why) {
        stop.abort(why);
        wake();
      },
    },
    { highWaterMark: ahead, size: (bytes) => bytes.length },
  );
}

function nothing(): void {
  // the bytes are all that is wanted
}

/** Throws as `streamObject` errors, and the signal's reason. */
export async function readObject(bucket: Bucket, object: ObjectAt, range: Range, signal: AbortSignal): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  signal.throwIfAborted();
  const reader = streamObject(bucket, object, range).getReader();
  const stop = () => void reader.cancel(signal.reason);
  signal.addEventListener('abort', stop);
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) pieces.push(next.value);
    signal.throwIfAborted();
    return Buffer.concat(pieces);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
