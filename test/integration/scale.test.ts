/** 100,000 files at once, within the bounds that the app promises, at the pace of the machine that tests it. */
import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { atThisPace } from '../pace.ts';
import { spawnDiscardServer } from '../servers/discard-server.ts';
import { nodeOptions } from '../servers/node-options.ts';
import { newFolder, writeManyFiles } from '../servers/tree.ts';

const files = 100_000;
const measuredSchema = z.object({
  planned: z.number(),
  done: z.number(),
  scanSeconds: z.number(),
  /** ms at p99 */
  scanDelay: z.number(),
  uploadSeconds: z.number(),
  uploadDelay: z.number(),
  /** bytes */
  peak: z.number(),
});

// Another program on the machine may slow one run down, not three.
it(
  'finds, plans and sends 100,000 files, and its process stays free and small',
  { timeout: 300_000, retry: 2 },
  async () => {
    const folder = await newFolder();
    const server = await spawnDiscardServer();
    try {
      const event = path.join(folder, 'event');
      await writeManyFiles(event, files);

      // Or the system would write them to the disk while they are read.
      if (process.platform !== 'win32') await promisify(execFile)('sync');

      const env = {
        SIDELINE_S3_ENDPOINT: server.endpoint,
        SIDELINE_S3_BUCKET: server.bucket,
        SIDELINE_S3_PATH_STYLE: 'true',
        AWS_ACCESS_KEY_ID: server.accessKeyId,
        AWS_SECRET_ACCESS_KEY: server.secretAccessKey,
      };
      // A first start compiles what later ones find compiled.
      await upload(path.join(event, 'card 0', 'IMG_0.JPG'), path.join(folder, 'first'), env);
      const { measured, slow } = await atThisPace(() => upload(event, path.join(folder, 'data'), env));

      const perSecond = files / measured.scanSeconds;
      console.log(
        `scale: ${Math.round(perSecond)} files/s found and planned (loop delay p99 ${measured.scanDelay.toFixed(1)} ms), ` +
          `${Math.round(files / measured.uploadSeconds)} files/s sent (${measured.uploadDelay.toFixed(1)} ms), ` +
          `peak ${Math.round(measured.peak / 1e6)} MB`,
      );
      expect(measured).toMatchObject({ planned: files, done: files });
      expect(perSecond).toBeGreaterThan(60_000 / slow);
      expect(measured.scanDelay).toBeLessThan(20 * slow);
      expect(measured.uploadDelay).toBeLessThan(20 * slow);
      expect(measured.peak).toBeLessThan(250e6);
      expect((await server.stats()).objects).toBe(files + 1);
    } finally {
      await server.stop();
      await rm(folder, { recursive: true });
    }
  },
);

/** V8's own bounds keep twice as much garbage as is alive: the command is started with closer ones. */
async function upload(folder: string, dataFolder: string, env: Record<string, string>) {
  const script = path.join(import.meta.dirname, '..', 'servers', 'measured-upload.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [...nodeOptions(), script, folder, dataFolder], {
    env: { ...process.env, ...env },
  });
  return measuredSchema.parse(JSON.parse(stdout));
}
