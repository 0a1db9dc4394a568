/**
 * Images in the window's app: as in Node, with the image library that goes together with Electron. On Linux that is the
 * WebAssembly build, and the native one must never come in: two GLibs in one process crash it now and then.
 */
import { existsSync, readFileSync } from 'node:fs';
import { readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import { forkWith, type StartImageProcess } from '../../electron/engine/prepare/image-host.ts';
import { createImagePreparer } from '../../electron/engine/prepare/prepare-images.ts';
import { describeImages, made, wanted } from '../integration/image-cases.ts';
import { ensureElectron } from '../runtime/electron.ts';
import { fromCamera, moving, photo } from '../servers/pictures.ts';
import { seededRandom } from '../servers/random.ts';
import { silentLog } from '../servers/silent-log.ts';
import { newFolder } from '../servers/tree.ts';
import { describeWindow } from './describe-window.ts';

const root = path.join(import.meta.dirname, '..', '..');
const built = pathToFileURL(path.join(root, 'out', 'main', 'image-process.js'));

describeWindow('the images of the app', () => {
  let program = '';

  beforeAll(async () => {
    ({ program } = await ensureElectron(console.log));
  });

  const start: StartImageProcess = (_, events) => forkWith(program)(built, events);

  describeImages('An image, in Electron', () => start);

  it.runIf(existsSync('/proc/self/maps'))(
    'never meet the native library, and 300 of them leave no word of GLib',
    { timeout: 240_000 },
    async () => {
      const folder = await newFolder();
      const random = seededRandom('300 images');
      const pids = new Set<number>();
      const builds = new Set<unknown>();
      let said = '';
      const preparer = createImagePreparer({
        log: silentLog,
        concurrency: os.availableParallelism(),
        start(script, events) {
          const child = start(script, {
            ...events,
            message(answer) {
              const { kind, build } = answer as { kind: string; build?: string };
              if (kind === 'ready') builds.add(build);
              events.message(answer);
            },
            said(text) {
              said += text;
              events.said(text);
            },
          });
          if (child.pid !== undefined) pids.add(child.pid);
          return child;
        },
      });
      try {
        const sources = await Promise.all(
          [
            fromCamera(photo(random, 1200, 900), 6)
              .jpeg()
              .toBuffer(),
            photo(random, 300, 200).png().toBuffer(),
            photo(random, 300, 200).webp().toBuffer(),
            photo(random, 300, 200).tiff().toBuffer(),
            photo(random, 300, 200).avif({ effort: 0 }).toBuffer(),
            moving('gif'),
          ].map(async (content, at) => {
            const source = path.join(folder, `in-${at}`);
            await writeFile(source, await content);
            return source;
          }),
        );
        const formats = ['jpeg', 'png', 'webp', 'jpeg', 'webp', 'webp'] as const;
        const all = await Promise.all(
          Array.from({ length: 300 }, (_, at) => {
            const source = sources[at % sources.length] ?? '';
            const image = wanted({ format: formats[at % formats.length] ?? 'jpeg', width: 30 });
            return preparer.prepare({ source, outputs: [{ target: path.join(folder, 'out', String(at)), image }] });
          }),
        );

        expect(all.map(({ outputs }) => made(outputs[0]).width)).toEqual(Array(300).fill(30));
        expect(await readdir(path.join(folder, 'out'))).toHaveLength(300);
        expect([...builds]).toEqual(['wasm']);
        expect(pids.size).toBe(os.availableParallelism());
        for (const pid of pids) {
          const maps = readFileSync(`/proc/${pid}/maps`, 'utf8');
          expect(maps).toMatch(/electron/);
          expect(maps).not.toMatch(/libvips|sharp[^\n]*\.(node|so)\b/);
          const [, kilobytes] = /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
          expect(Number(kilobytes)).toBeLessThan(400_000);
        }
        // Not that nothing is said: an older Node announces what is experimental in it.
        expect(said).not.toMatch(/GLib|GObject|CRITICAL|symbol/);
      } finally {
        await preparer.close();
        await rm(folder, { recursive: true });
      }
    },
  );
});
