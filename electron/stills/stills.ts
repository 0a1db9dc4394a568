/** Takes stills of videos in the app's own Chromium: one at a time, in a hidden window that is there only while it is needed. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Session } from 'electron';
import type { Logger } from 'pino';
import { SidelineError } from '../../shared/errors.ts';
import type { Still, VideoStills } from '../engine/prepare/stills.ts';
import { createTurns } from '../storage/whole-file.ts';
import { answerStill, stillPage, type Shown } from './still-protocol.ts';
import { openStillSession, openStillWindow, type StillWindow } from './still-window.ts';
import { openVideo, type VideoFile } from './video-file.ts';

/** ms */
const patience = {
  /** without a byte read or a word from the page */
  silence: 10_000,
  /** for one video, whatever it reads */
  whole: 120_000,
  /** Without anything to do: the window costs more memory to keep than time to open. */
  idle: 30_000,
};

interface Job extends PromiseWithResolvers<Still> {
  shown: Shown;
}

/** The window was, with or without the fault of the video. */
const lost = Symbol('lost');

/** Once the app is ready, and once per process. */
export function createStills(log: Logger): VideoStills {
  const turns = createTurns();
  const script = readFile(path.join(import.meta.dirname, 'still-page.js'), 'utf8');
  script.catch((error: unknown) => log.error({ error }, 'the page for stills is not there'));
  const closing = new AbortController();
  let own: Session | null = null;
  let window: StillWindow | null = null;
  let job: Job | null = null;
  let idle: NodeJS.Timeout | undefined;

  async function answer(request: Request): Promise<Response> {
    return await answerStill(job?.shown ?? null, await script, request);
  }

  function windowNow(): StillWindow {
    own ??= openStillSession(answer);
    return (window ??= openStillWindow(own, log, () => {
      window = null;
      job?.reject(lost);
    }));
  }

  function putAway(): void {
    clearTimeout(idle);
    window?.end();
    window = null;
  }

  async function takeFrom(video: VideoFile, signal: AbortSignal): Promise<Still> {
    try {
      return await takeOnce(video, signal);
    } catch (error) {
      if (error !== lost) throw error;
      // Once more: perhaps it was lost for want of memory, or to what it had shown before.
      return await takeOnce(video, signal).catch((again: unknown) => {
        throw again === lost ? new SidelineError('still-undecodable', { subject: 'broke' }) : again;
      });
    }
  }

  async function takeOnce(video: VideoFile, signal: AbortSignal): Promise<Still> {
    signal.throwIfAborted(); // while the video was opened: nobody would hear of it any more
    clearTimeout(idle);
    const watch = watchOver((why) => stop(new SidelineError('still-undecodable', { subject: why })));
    const taken = Promise.withResolvers<Still>();
    const mine: Job = { ...taken, shown: shownOf(video, taken, watch.touch) };
    const stop = (why: unknown) => {
      if (job !== mine) return; // over: the window has another to show
      putAway();
      taken.reject(why);
    };
    const onAbort = () => stop(signal.reason);
    signal.addEventListener('abort', onAbort);
    job = mine;
    try {
      windowNow()
        .show(stillPage(mine.shown.id))
        .catch((error: unknown) => {
          log.warn({ error }, 'the page for stills could not be shown');
          stop(lost);
        });
      return await taken.promise;
    } finally {
      signal.removeEventListener('abort', onAbort);
      watch.end();
      job = null;
      idle = setTimeout(putAway, patience.idle);
    }
  }

  function shownOf(video: VideoFile, taken: PromiseWithResolvers<Still>, onAsked: () => void): Shown {
    return {
      id: randomBytes(16).toString('hex'),
      video,
      onAsked,
      onUnreadable: taken.reject,
      onFrame: taken.resolve,
      onRefused(why) {
        log.info({ why }, 'no still could be taken');
        taken.reject(new SidelineError('still-undecodable', { subject: 'format' }));
      },
    };
  }

  function inTurn(open: () => Promise<VideoFile>, signal: AbortSignal): Promise<Still> {
    return turns(async () => {
      const until = AbortSignal.any([signal, closing.signal]);
      until.throwIfAborted();
      const video = await open();
      return await takeFrom(video, until).finally(() => video.close());
    });
  }

  return {
    take: (source, signal) => inTurn(() => openVideo(source), signal),
    takeOf: (video, signal) => inTurn(() => Promise.resolve({ ...video, close: () => Promise.resolve() }), signal),
    async close() {
      closing.abort(new SidelineError('invalid-input', { subject: 'Stills are no longer taken: Sideline closes.' }));
      await turns(() => Promise.resolve()); // what was under way has been told, and comes to its end
      putAway();
    },
  };
}

/** Calls back when nothing has moved for too long, or all of it takes too long. */
function watchOver(onEnd: (why: 'slow') => void): { touch(): void; end(): void } {
  let silence: NodeJS.Timeout | undefined;
  const whole = setTimeout(() => onEnd('slow'), patience.whole);
  function touch(): void {
    clearTimeout(silence);
    silence = setTimeout(() => onEnd('slow'), patience.silence);
  }
  function end(): void {
    clearTimeout(silence);
    clearTimeout(whole);
  }
  touch();
  return { touch, end };
}
