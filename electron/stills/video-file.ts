/** The one video that is worked on, as the hidden page reads it: in pieces, from where its player asks. Of 40 GB little is read. */
import { open, type FileHandle } from 'node:fs/promises';
import { SidelineError } from '../../shared/errors.ts';
import { asSourceError } from '../engine/source.ts';

export interface VideoFile {
  /** bytes */
  size: number;
  /** Up to `length` bytes from `at`; none at the end, and once it is closed. Rejects with `source-unreadable`. */
  read(at: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** bytes: a player gives up the rest of a piece when it seeks */
const pieceSize = 256 * 1024;

/** Rejects with `source-gone`, `source-unreadable` or `source-special`. */
export async function openVideo(source: string): Promise<VideoFile> {
  try {
    const file = await open(source, 'r');
    return await opened(file, source).catch(async (error: unknown) => {
      await file.close();
      throw error;
    });
  } catch (error) {
    throw asSourceError(error, source);
  }
}

async function opened(file: FileHandle, source: string): Promise<VideoFile> {
  const stats = await file.stat();
  if (!stats.isFile()) throw new SidelineError('source-special');
  let closed = false;
  return {
    size: stats.size,
    async read(at, length) {
      if (closed) return new Uint8Array();
      const { buffer, bytesRead } = await file.read(new Uint8Array(length), 0, length, at).catch((error: unknown) => {
        throw asSourceError(error, source);
      });
      return buffer.subarray(0, bytesRead);
    },
    close() {
      closed = true;
      return file.close();
    },
  };
}

/** What a request for the video gets: the bytes it asks for, read as they are taken. */
export function answerRange(video: VideoFile, range: string | null): Response {
  const { size } = video;
  const wanted = rangeOf(range, size);
  if (wanted === null) return new Response(null, { status: 416, headers: { 'Content-Range': `bytes */${size}` } });
  const { start, end } = wanted;
  return new Response(piecesOf(video, start, end), {
    status: range === null ? 200 : 206,
    headers: {
      // What it is its content decides: no player is to believe a name.
      'Content-Type': 'application/octet-stream',
      'X-Content-Type-Options': 'nosniff',
      'Accept-Ranges': 'bytes',
      'Content-Length': String(end - start),
      ...(range === null ? {} : { 'Content-Range': `bytes ${start}-${end - 1}/${size}` }),
    },
  });
}

/**
 * From `start` to before `end`, of which there is at least one byte; null: none can be given. Players ask for `bytes=0-` and
 * `bytes=100-199`; a list of ranges is not answered. https://www.rfc-editor.org/rfc/rfc9110#section-14
 */
export function rangeOf(range: string | null, size: number): { start: number; end: number } | null {
  if (range === null) return { start: 0, end: size };
  const [, from, to] = /^bytes=(\d{1,15})-(\d{0,15})$/.exec(range) ?? [];
  if (from === undefined || to === undefined) return null;
  const start = Number(from);
  const end = to === '' ? size : Math.min(size, Number(to) + 1);
  return start < end ? { start, end } : null;
}

function piecesOf(video: VideoFile, start: number, end: number): ReadableStream<Uint8Array> {
  let at = start;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const piece = at < end ? await video.read(at, Math.min(pieceSize, end - at)) : null;
        if (piece === null || piece.length === 0) {
          controller.close();
          return;
        }
        at += piece.length;
        controller.enqueue(piece);
      },
    },
    { highWaterMark: 0 }, // nothing is read before it is wanted
  );
}
