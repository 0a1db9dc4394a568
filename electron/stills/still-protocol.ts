/**
 * still://: all that the hidden page can reach. Its own page and script, the one video that is worked on, and where it hands
 * back what it has made of it. A video is asked for by a number that cannot be guessed, never by a path.
 */
import { z } from 'zod';
import { asSidelineError, type SidelineError } from '../../shared/errors.ts';
import type { Still } from '../engine/prepare/stills.ts';
import { answerRange, type VideoFile } from './video-file.ts';

export const stillScheme = 'still';
const origin = `${stillScheme}://video`;

/** What is worked on. */
export interface Shown {
  /** hexadecimal, unguessable */
  id: string;
  video: VideoFile;
  /** The page has asked for something: it is alive. */
  onAsked(): void;
  /** The video could be read no further: `source-unreadable` or `source-gone`. */
  onUnreadable(error: SidelineError): void;
  onFrame(still: Still): void;
  /** There is none; in the decoder's words. */
  onRefused(why: string): void;
}

export function stillPage(id: string): string {
  return `${origin}/${id}/`;
}

export function isOfStills(url: string): boolean {
  return url.startsWith(`${origin}/`);
}

/** The largest frame, of noise, in four bytes a pixel. bytes */
const mostFrame = 4096 * 4096 * 4 + 65_536;
const mostWords = 1000;

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "media-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const page = '<!doctype html><meta charset="utf-8"><title>Still</title><script type="module" src="take.js"></script>';

const pixels = z.coerce.number().int().min(1).max(4096);
const frameSchema = z.object({ at: z.coerce.number().min(0), width: pixels, height: pixels });

type Asked = Pick<Request, 'method' | 'url' | 'headers' | 'body'>;

/** `script`: of the page, JavaScript. Whatever is asked for besides gets 404, or 413 where it is too much. */
export async function answerStill(shown: Shown | null, script: string, request: Asked): Promise<Response> {
  const path = shown === null ? null : pathOf(shown, request);
  if (shown === null || path === null) return empty(404);
  shown.onAsked();
  switch (`${request.method} ${path}`) {
    case 'GET ':
      return text(page, 'text/html');
    case 'GET take.js':
      return text(script, 'text/javascript');
    case 'GET video':
      return answerRange(watched(shown), request.headers.get('range'));
    case 'POST frame':
      return await takeFrame(shown, request);
    case 'POST refused':
      return await takeRefusal(shown, request);
    default:
      return empty(404);
  }
}

/** Behind the id; null: it is not for what is shown now. */
function pathOf({ id }: Shown, { url }: Asked): string | null {
  const own = stillPage(id);
  return url.startsWith(own) ? new URL(url).pathname.slice(id.length + 2) : null;
}

/** Every piece that is read shows that it goes on. A card that was pulled out is not the fault of what is on it. */
function watched({ video, onAsked, onUnreadable }: Shown): VideoFile {
  return {
    ...video,
    async read(at, length) {
      onAsked();
      try {
        return await video.read(at, length);
      } catch (error) {
        onUnreadable(asSidelineError(error));
        throw error;
      }
    },
  };
}

async function takeFrame(shown: Shown, request: Asked): Promise<Response> {
  const about = frameSchema.safeParse(Object.fromEntries(new URL(request.url).searchParams));
  if (!about.success) return empty(400);
  const data = await bodyOf(request, mostFrame);
  if (data === null) return empty(413);
  shown.onFrame({ data, type: 'image/png', ...about.data });
  return empty(204);
}

async function takeRefusal(shown: Shown, request: Asked): Promise<Response> {
  const words = await bodyOf(request, mostWords * 4);
  shown.onRefused(words === null ? '' : words.toString('utf8').slice(0, mostWords));
  return empty(204);
}

/** Null: it is more than `most` bytes. */
async function bodyOf({ body }: Asked, most: number): Promise<Buffer | null> {
  const reader = (body as ReadableStream<Uint8Array> | null)?.getReader();
  const pieces: Uint8Array[] = [];
  let size = 0;
  for (let next = await reader?.read(); next?.value !== undefined; next = await reader?.read()) {
    size += next.value.length;
    if (size > most) return null;
    pieces.push(next.value);
  }
  return Buffer.concat(pieces);
}

function text(body: string, type: string): Response {
  const headers = { 'Content-Type': `${type}; charset=utf-8`, 'Content-Security-Policy': policy };
  return new Response(body, {
    headers: { ...headers, 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-store' },
  });
}

function empty(status: 204 | 400 | 404 | 413): Response {
  return new Response(null, { status });
}
