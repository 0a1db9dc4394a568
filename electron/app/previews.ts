/**
 * What the page shows of objects: each under an address that cannot be guessed, answered by ranges straight from the store. Nothing
 * of an object is ever given as something that could run.
 */
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { Logger } from 'pino';
import { SidelineError } from '../../shared/errors.ts';
import { objectScheme, pdfOrigin, type Preview, type ThumbOf } from '../../shared/previews.ts';
import { lookAtObject } from '../admin/preview/look-at.ts';
import type { SystemDecoder } from '../admin/preview/picture.ts';
import { streamObject, type ObjectAt } from '../admin/preview/read-object.ts';
import { createThumbs, mayHaveThumb } from '../admin/preview/thumbs.ts';
import type { VideoStills } from '../engine/prepare/stills.ts';
import type { ImagePreparer } from '../engine/prepare/prepare-images.ts';
import { rangeOf } from '../stills/video-file.ts';
import type { Buckets } from './buckets.ts';
import { canOpen, openCopy } from './open-outside.ts';
import { createPreviewPictures } from './preview-pictures.ts';
import { emptyAnswer, forgetOldest, safeHeaders } from './preview-answers.ts';
import { createThumbAddresses } from './thumb-addresses.ts';

/** An object, or a version of it, of a connection. */
export interface ObjectOf {
  connectionId: number;
  key: string;
  /** null: what is there now */
  versionId: string | null;
}

export interface Previews {
  /** Throws what `lookAtObject` throws, and `superseded` where another one is asked for meanwhile. */
  open(of: ObjectOf): Promise<Preview>;
  /** Throws `invalid-input` with why this computer does not open it, and what fetching it throws. */
  openOutside(of: ObjectOf): Promise<void>;
  /** In the order of the objects; null: there is none. */
  thumbs(connectionId: number, objects: readonly ThumbOf[]): (string | null)[];
  /** What the page gets for an address of the scheme. */
  answer(request: Pick<Request, 'method' | 'url' | 'headers'>): Promise<Response>;
  close(): Promise<void>;
}

export interface PreviewsDeps {
  buckets: Pick<Buckets, 'of'>;
  images: Pick<ImagePreparer, 'prepare' | 'close'>;
  decode: SystemDecoder | null;
  /** null: nothing here decodes videos; closed by whom it belongs to */
  stills: Pick<VideoStills, 'takeOf'> | null;
  /** absolute paths: `thumbs` is kept, `opened` is emptied at the start and at the end */
  folders: { thumbs: string; opened: string };
  derived(connectionId: number, object: ThumbOf): ThumbOf | null;
  /** Opens a file with the program that this computer has for it; what is wrong, or ''. */
  openPath(file: string): Promise<string>;
  log: Pick<Logger, 'info' | 'warn'>;
}

interface Opened {
  connectionId: number;
  object: ObjectAt;
  /** media type */
  as: string;
  /** what was made of it; null: it goes as it is */
  data: Buffer | null;
}

/** Those that were asked for last; a window shows one or two. */
const mostOpened = 32;
const pdfType = 'application/pdf';
const { host: pdfHost } = new URL(pdfOrigin);
/** One that hangs holds up nobody for ever. ms */
const patience = { look: 60_000, outside: 10 * 60_000 };

export function createPreviews(deps: PreviewsDeps): Previews {
  const { buckets, images, decode, folders, log } = deps;
  const opened = new Map<string, Opened>();
  const closing = new AbortController();
  const small = createThumbs({
    ...{ images, decode, stills: deps.stills, folder: folders.thumbs, derived: deps.derived },
    onTrouble: (error) => log.warn({ error }, 'the folder of small pictures could not be tidied'),
  });
  const thumbs = createThumbAddresses({ buckets, closed: closing.signal, thumbs: small });
  const pictures = createPreviewPictures({ makers: { images, decode }, thumbs: small, folder: folders.opened, log });
  let newest = new AbortController();
  const emptied = rm(folders.opened, { recursive: true, force: true }).catch((error: unknown) =>
    log.warn({ error }, 'what was opened by an earlier run could not be taken away'),
  );

  function keep(entry: Opened): string {
    const id = randomBytes(16).toString('hex');
    opened.set(id, entry);
    forgetOldest(opened, mostOpened);
    return id;
  }

  async function open({ connectionId, ...at }: ObjectOf): Promise<Preview> {
    newest.abort(new SidelineError('superseded'));
    newest = new AbortController();
    const signal = AbortSignal.any([newest.signal, closing.signal, stalledAfter(patience.look)]);
    const bucket = await buckets.of(connectionId);
    let look = await lookAtObject(bucket, at, decode !== null, signal);
    let data: Buffer | null = null;
    let isSmall = false;
    if (look.prepare) {
      await emptied;
      const made = await pictures.large(bucket, look, signal);
      if (typeof made === 'string') look = { ...look, kind: 'none', as: null, why: made };
      else data = made;
    }
    if (look.why === 'format' && look.type.startsWith('image/') && at.versionId === null) {
      data = await pictures.small(bucket, look.object, signal);
      isSmall = data !== null;
      if (isSmall) look = { ...look, kind: 'image', as: 'image/webp', why: null };
    }
    const { kind, type, as, object, text, why } = look;
    const id = as === null ? randomBytes(16).toString('hex') : keep({ connectionId, object, as, data });
    const url = as === null ? null : `${kind === 'pdf' ? pdfOrigin : `${objectScheme}://preview`}/${id}`;
    return { id, kind, type, size: object.size, url, isSmall, text, why, canOpen: canOpen(look) };
  }

  async function answerPreview(id: string, range: string | null, isFramed: boolean): Promise<Response> {
    const entry = opened.get(id);
    if (entry === undefined || isFramed !== (entry.as === pdfType)) return emptyAnswer(404);
    const { object, as, data } = entry;
    const size = data?.length ?? object.size;
    const wanted = rangeOf(range, size);
    if (wanted === null) return emptyAnswer(416, { 'Content-Range': `bytes */${size}` });
    const { start, end } = wanted;
    const body =
      data === null
        ? streamObject(await buckets.of(entry.connectionId), object, { from: start, to: end })
        : new Uint8Array(data.subarray(start, end));
    return new Response(body, {
      status: range === null ? 200 : 206,
      headers: {
        ...safeHeaders,
        'Content-Type': as,
        // The viewer of PDFs takes all: its requests for ranges would come from nowhere, for its page is in a sandbox.
        ...(isFramed ? {} : { 'Accept-Ranges': 'bytes' }),
        'Content-Length': String(end - start),
        ...(range === null ? {} : { 'Content-Range': `bytes ${start}-${end - 1}/${size}` }),
      },
    });
  }

  async function openOutside({ connectionId, ...at }: ObjectOf): Promise<void> {
    const signal = AbortSignal.any([closing.signal, stalledAfter(patience.outside)]);
    const bucket = await buckets.of(connectionId);
    const looked = await lookAtObject(bucket, at, decode !== null, signal);
    await emptied;
    await openCopy({ bucket, looked, folder: folders.opened }, deps.openPath, signal);
  }

  function hasThumb(connectionId: number, object: ThumbOf): boolean {
    return mayHaveThumb(object.key, deps) || deps.derived(connectionId, object) !== null;
  }

  return {
    open,
    openOutside,
    thumbs: (connectionId, objects) =>
      objects.map((object) => (hasThumb(connectionId, object) ? thumbs.of(connectionId, object) : null)),
    async answer({ method, url, headers }) {
      if (method !== 'GET') return emptyAnswer(405);
      const { host, pathname } = new URL(url);
      const id = pathname.slice(1);
      try {
        if (host === 'preview' || host === pdfHost)
          return await answerPreview(id, headers.get('range'), host === pdfHost);
        return host === 'thumb' ? thumbs.answer(id) : emptyAnswer(404);
      } catch (error) {
        log.info({ error }, 'an object could not be shown');
        return emptyAnswer(502);
      }
    },
    async close() {
      closing.abort(new SidelineError('superseded'));
      opened.clear();
      await images.close();
      await rm(folders.opened, { recursive: true, force: true, maxRetries: 3 }).catch((error: unknown) =>
        // A program may have a file of it open; the next start takes it away.
        log.info({ error }, 'what was opened could not be taken away'),
      );
    },
  };
}

/** Aborts with a sentence for a person. ms */
function stalledAfter(time: number): AbortSignal {
  const stop = new AbortController();
  setTimeout(() => stop.abort(new SidelineError('stalled', { operation: 'download' })), time).unref();
  return stop.signal;
}
