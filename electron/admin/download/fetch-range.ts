/** A range of an object, written to its place in a file. */
import type { FileHandle } from 'node:fs/promises';
import type http from 'node:http';
import { asSidelineError } from '../../../shared/errors.ts';
import { remedies } from '../../engine/upload/retry.ts';
import type { Slot } from '../../engine/upload/slots.ts';
import { pieceSize, type Fetching } from './fetching.ts';
import { asTargetError } from './target-errors.ts';
import { receive, type WantedBytes } from './receive.ts';

export interface Listener {
  /** The answer to a request for what is behind `from` begins. */
  head(headers: http.IncomingHttpHeaders, from: number): void;
  /** in order, and only once each */
  wrote(bytes: Buffer): void;
}

/** What breaks off goes on behind the last byte that came. Throws what `receive` and `asTargetError` do, and the signal's reason. */
export async function fetchRange(
  fetching: Fetching,
  wanted: WantedBytes,
  file: Pick<FileHandle, 'write'>,
  listener: Listener | null,
): Promise<void> {
  const { bucket, patience, slots, governor } = fetching;
  const { key, size, to } = wanted;
  const { signal } = patience;
  let { from } = wanted;

  async function once(): Promise<void> {
    const slot = await slots.acquire(Math.min(pieceSize, Math.max(1, to - from)), signal);
    const gathered = gather(slot, async (bytes) => {
      await writeAll(file, bytes, from);
      from += bytes.length;
      listener?.wrote(bytes);
      fetching.wrote(bytes.length);
      governor.sent(bytes.length);
      patience.moved();
    });
    const paced = inPace(fetching, slot.signal, gathered.add);
    try {
      const at = from;
      const head = (headers: http.IncomingHttpHeaders) => listener?.head(headers, at);
      await receive(bucket.storage, { ...wanted, from }, { head, take: paced.take }, slot.signal);
      await paced.end();
      governor.finished();
    } catch (error) {
      if (remedies[asSidelineError(error).kind] === 'slower') governor.slowDown();
      throw error;
    } finally {
      try {
        await gathered.flush();
      } finally {
        slot.release();
      }
    }
  }

  let isAnswered = size === 0;
  while (from < to || isAnswered) {
    isAnswered = false;
    await patience.lasting(() => bucket.attempt({ right: 'read', key, operation: 'download' }, once, signal));
  }
}

/** What is asked of a limit at a time: the pieces that come are smaller. bytes */
const slice = 64 * 1024;

/** Takes what comes no faster than the limit of the bandwidth lets it, nor more in one turn than leaves room for others. */
function inPace(
  { nextTurn, bandwidth }: Pick<Fetching, 'nextTurn' | 'bandwidth'>,
  signal: AbortSignal,
  add: (bytes: Buffer) => Promise<void> | undefined,
) {
  let owed = 0;

  async function pay(): Promise<void> {
    const bytes = owed;
    owed = 0;
    await bandwidth.take(bytes, signal);
  }

  async function takeLater(bytes: Buffer, turn: Promise<void> | undefined): Promise<void> {
    await turn;
    owed += bytes.length;
    if (owed >= slice) await pay();
    await add(bytes);
  }

  return {
    take(bytes: Buffer): Promise<void> | undefined {
      const turn = nextTurn();
      return turn === undefined && bandwidth.limit === null ? add(bytes) : takeLater(bytes, turn);
    },
    /** What is left is asked for. */
    end: pay,
  };
}

/** Many small pieces become few writes. */
function gather(slot: Slot, write: (bytes: Buffer) => Promise<void>) {
  const { buffer } = slot;
  let length = 0;

  async function flush(): Promise<void> {
    const bytes = buffer.subarray(0, length);
    length = 0;
    if (bytes.length > 0) await write(bytes);
  }

  return {
    flush,
    add(chunk: Buffer): Promise<void> | undefined {
      if (length + chunk.length > buffer.length) return overflow(chunk);
      length += chunk.copy(buffer, length);
      return undefined;
    },
  };

  async function overflow(chunk: Buffer): Promise<void> {
    for (let at = 0; at < chunk.length;) {
      if (length === buffer.length) await flush();
      const copied = chunk.copy(buffer, length, at);
      length += copied;
      at += copied;
    }
  }
}

/** The system may take less than it is given. Throws as `asTargetError` says, so that nobody takes it for the line's fault. */
async function writeAll(file: Pick<FileHandle, 'write'>, bytes: Buffer, position: number): Promise<void> {
  try {
    for (let at = 0; at < bytes.length;)
      at += (await file.write(bytes, at, bytes.length - at, position + at)).bytesWritten;
  } catch (error) {
    throw asTargetError(error, '');
  }
}
