/** Addresses of small pictures: each is the same all through a run, so that the page asks for it but once. */
import { createHmac, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { objectScheme, type ThumbOf } from '../../shared/previews.ts';
import type { Thumbs } from '../admin/preview/thumbs.ts';
import type { Buckets } from './buckets.ts';
import { emptyAnswer, forgetOldest, safeHeaders } from './preview-answers.ts';

export interface ThumbAddresses {
  of(connectionId: number, object: ThumbOf): string;
  /** A WebP, made while the page waits for it: a page that waits no longer cancels the stream. */
  answer(id: string): Response;
}

export interface ThumbAddressesDeps {
  buckets: Pick<Buckets, 'of'>;
  thumbs: Thumbs;
  /** nothing is made any more */
  closed: AbortSignal;
}

interface Known {
  connectionId: number;
  object: ThumbOf;
}

const mostKnown = 20_000;

export function createThumbAddresses({ buckets, thumbs, closed }: ThumbAddressesDeps): ThumbAddresses {
  const known = new Map<string, Known>();
  const secret = randomBytes(32);

  /** At once: it is small, and a stream that nobody reads to its end would keep its file open. */
  async function bytesOf({ connectionId, object }: Known, signal: AbortSignal): Promise<Uint8Array> {
    const file = await thumbs.file(await buckets.of(connectionId), object, signal);
    return new Uint8Array(await readFile(file, { signal }));
  }

  return {
    of(connectionId, object) {
      const name = JSON.stringify([connectionId, object.key, object.etag, object.size]);
      const id = createHmac('sha256', secret).update(name).digest('hex').slice(0, 32);
      known.delete(id);
      known.set(id, { connectionId, object });
      forgetOldest(known, mostKnown);
      return `${objectScheme}://thumb/${id}`;
    },
    answer(id) {
      const wanted = known.get(id);
      if (wanted === undefined) return emptyAnswer(404);
      const stop = new AbortController();
      const signal = AbortSignal.any([stop.signal, closed]);
      const body = new ReadableStream<Uint8Array>(
        {
          async pull(controller) {
            const bytes = await bytesOf(wanted, signal);
            controller.enqueue(bytes);
            controller.close();
          },
          cancel: (why) => stop.abort(why),
        },
        { highWaterMark: 0 },
      );
      return new Response(body, { headers: { ...safeHeaders, 'Content-Type': 'image/webp' } });
    },
  };
}
