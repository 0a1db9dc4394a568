/**
 * All that the page of the hidden window does (electron/stills/): it shows the one video beside it, finds a moment that is worth
 * a still, and hands its pixels back. Nothing of the app is here, and nothing but `./video` can be read.
 */
import { isTelling, measureTone, type Tone } from './tone.ts';
import { momentsOf } from './moments.ts';

interface Frame {
  canvas: OffscreenCanvas;
  /** seconds from the start of the video */
  at: number;
  tone: Tone;
}

/** Either way. A photo of more is wanted by nobody, and its pixels take 64 MB. */
const mostPixels = 4096;

const video = document.createElement('video');
video.muted = true;
video.preload = 'auto';

try {
  const frame = await chooseFrame();
  const { at, canvas } = frame;
  const png = await canvas.convertToBlob({ type: 'image/png' });
  rest();
  const about = new URLSearchParams({ at: `${at}`, width: `${canvas.width}`, height: `${canvas.height}` });
  await post(`frame?${about.toString()}`, await png.arrayBuffer());
} catch (error) {
  await post('refused', error instanceof Error ? error.message : String(error));
}

/** The first that tells something, else the one that tells most. */
async function chooseFrame(): Promise<Frame> {
  await load();
  let best: Frame | null = null;
  for (const moment of momentsOf(video.duration)) {
    const frame = await frameAt(moment).catch((error: unknown) => asText(error));
    if (typeof frame === 'string') {
      // Cut off or damaged from there on: what was seen before it will do.
      if (best !== null) return best;
      return await firstFrame(frame);
    }
    if (isTelling(frame.tone)) return frame;
    if (best === null || frame.tone.spread > best.tone.spread) best = frame;
  }
  return best ?? draw();
}

async function firstFrame(why: string): Promise<Frame> {
  await load();
  return await frameAt(0).catch(() => {
    throw new Error(why);
  });
}

/** It reads no further. */
function rest(): void {
  video.removeAttribute('src');
  video.load();
}

async function load(): Promise<void> {
  const loaded = happened('loadeddata');
  video.src = 'video';
  await loaded;
  if (video.videoWidth === 0) throw new Error('no picture in it that can be shown');
}

async function frameAt(seconds: number): Promise<Frame> {
  const sought = happened('seeked');
  video.currentTime = seconds;
  await sought;
  return draw();
}

function draw(): Frame {
  const { videoWidth, videoHeight } = video; // as it is shown, turned the right way up
  const scale = Math.min(1, mostPixels / videoWidth, mostPixels / videoHeight);
  const size = (pixels: number) => Math.max(1, Math.round(pixels * scale));
  const canvas = new OffscreenCanvas(size(videoWidth), size(videoHeight));
  contextOf(canvas).drawImage(video, 0, 0, canvas.width, canvas.height);
  return { canvas, at: video.currentTime, tone: toneOf(canvas) };
}

function toneOf(canvas: OffscreenCanvas): Tone {
  const small = new OffscreenCanvas(32, 32);
  const context = contextOf(small);
  context.drawImage(canvas, 0, 0, small.width, small.height);
  return measureTone(context.getImageData(0, 0, small.width, small.height).data);
}

function contextOf(canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D {
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no canvas to draw on');
  return context;
}

/** Rejects with what the decoder says, if that comes first. */
function happened(name: 'loadeddata' | 'seeked'): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => () => {
      video.removeEventListener(name, done);
      video.removeEventListener('error', failed);
      settle();
    };
    const done = end(resolve);
    const failed = end(() => {
      reject(new Error(`${video.error?.code ?? 0} ${video.error?.message ?? ''}`));
    });
    video.addEventListener(name, done);
    video.addEventListener('error', failed);
  });
}

const asText = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function post(path: string, body: ArrayBuffer | string): Promise<void> {
  await fetch(path, { method: 'POST', body });
}
