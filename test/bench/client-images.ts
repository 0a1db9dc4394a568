/**
 * Sideline's preparer on a folder of photos: node client-images.ts FROM TO [ELECTRON]. To 2,048 pixels, plain JPEG of quality
 * 82, all sharing two processes; with the path of an Electron, in its processes, built into out/.
 */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { forkWith, type StartImageProcess } from '../../electron/engine/prepare/image-host.ts';
import { createImagePreparer } from '../../electron/engine/prepare/prepare-images.ts';
import { imagePreparationSchema } from '../../shared/destination.ts';
import { silentLog } from '../servers/silent-log.ts';

const [from = '', to = '', electron] = process.argv.slice(2);
const built = pathToFileURL(path.join(import.meta.dirname, '..', '..', 'out', 'main', 'image-process.js'));
const inElectron: StartImageProcess = (_, events) => forkWith(electron)(built, events);

const started = performance.now();
const image = imagePreparationSchema.parse({ width: 2048, height: 2048, quality: 82, optimise: false });
const preparer = createImagePreparer({
  log: silentLog,
  concurrency: 2,
  ...(electron !== undefined && { start: inElectron }),
});
const photos = await readdir(from);
await Promise.all(
  photos.map((name) =>
    preparer.prepare({ source: path.join(from, name), outputs: [{ target: path.join(to, name), image }] }),
  ),
);
await preparer.close();
console.log(`work ${((performance.now() - started) / 1000).toFixed(3)}`);
