/** One image, from its file to the files that are made of it. */
import type { Prepared, PreparedOutput } from '../../../shared/prepared.ts';
import type { ImageOrder } from './image-messages.ts';
import { asImageError, megapixels } from './image-words.ts';
import type { SharpModule } from './load-sharp.ts';
import { lookAt, type Look } from './look.ts';
import { createRenderer } from './render.ts';
import { removeTargets, renameParts, writePart } from './targets.ts';

/**
 * Targets are there whole, all of them, or none is. Throws what a source throws, `image-unreadable`, `image-too-large` and
 * `image-unwritten`. `begun` is told how many megapixels there are to work on, all frames together.
 */
export async function prepareImage(
  sharp: SharpModule,
  { source, outputs }: ImageOrder,
  begun: (megapixels: number) => void,
): Promise<Prepared> {
  const look = await lookAt(sharp, source);
  if ('left' in look) {
    const { type, size, left } = look;
    return { source: { type, size, width: null, height: null }, outputs: outputs.map(() => ({ made: false, left })) };
  }
  const { type, bytes, width, height } = look;
  begun(megapixels(width * height * look.frames));
  try {
    const made = await makeAll(sharp, look, outputs);
    return { source: { type, size: bytes.length, width, height }, outputs: made };
  } catch (error) {
    await removeTargets(outputs);
    throw asImageError(error);
  }
}

async function makeAll(sharp: SharpModule, look: Look, outputs: ImageOrder['outputs']): Promise<PreparedOutput[]> {
  const render = await createRenderer(sharp, look, outputs);
  const results: PreparedOutput[] = [];
  const written: string[] = [];
  for (const output of outputs) {
    const made = await render(output);
    if ('left' in made) {
      results.push({ made: false, left: made.left });
      continue;
    }
    const { data, ...rest } = made;
    await writePart(output.target, data);
    written.push(output.target);
    results.push({ made: true, size: data.length, ...rest });
  }
  await renameParts(written);
  return results;
}
