/** A process behind prepare-images.ts, which prepares one image at a time. A broken image costs this process, and nobody else. */
import { SidelineError } from '../../../shared/errors.ts';
import { imageErrorKinds, imageRequestSchema, type ImageAnswer, type ImageErrorKind } from './image-messages.ts';
import { loadSharp } from './load-sharp.ts';
import { prepareImage } from './prepare-image.ts';

/** What Electron's utility process has in place of `process.send`. https://www.electronjs.org/docs/latest/api/parent-port */
interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
}

function parentPort(): ParentPort | null {
  return (process as unknown as { parentPort?: ParentPort }).parentPort ?? null;
}

const port = parentPort();
const say = (answer: ImageAnswer) => {
  if (port !== null) port.postMessage(answer);
  else process.send?.(answer);
};

const loading = loadSharp();

async function prepare(message: unknown): Promise<void> {
  try {
    const { sharp } = await loading;
    const order = imageRequestSchema.parse(message);
    const prepared = await prepareImage(sharp, order, (megapixels) => say({ kind: 'begun', megapixels }));
    say({ kind: 'done', prepared });
  } catch (error) {
    if (error instanceof SidelineError && isImageKind(error.kind)) {
      say({ kind: 'failed', error: error.kind, subject: error.subject });
    } else {
      say({ kind: 'broken', text: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  }
}

function isImageKind(kind: string): kind is ImageErrorKind {
  return imageErrorKinds.some((one) => one === kind);
}

if (port !== null) port.on('message', ({ data }) => void prepare(data));
else process.on('message', (message) => void prepare(message));
// The one that asked is gone, whatever became of it.
process.on('disconnect', () => process.exit());
const { build } = await loading;
say({ kind: 'ready', build });
