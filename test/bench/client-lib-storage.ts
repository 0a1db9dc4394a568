/**
 * A file, or all files of a folder, by @aws-sdk/lib-storage: node client-lib-storage.ts ENDPOINT BUCKET KEY PATH, credentials by
 * the environment. KEY is that of the file, or what the keys of a folder's files begin with. As many files side by side as
 * rclone has here.
 */
import { createReadStream, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';

const [endpoint = '', Bucket = '', key = '', what = ''] = process.argv.slice(2);
const sideBySide = 32;

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}

async function send(client: S3Client, file: string, Key: string): Promise<void> {
  const params = { Bucket, Key, Body: createReadStream(file) };
  await new Upload({ client, params, partSize: 8 * 2 ** 20, queueSize: 4 }).done();
}

async function sendFolder(client: S3Client, folder: string): Promise<void> {
  const left = (await filesIn(folder)).values();
  const next = async () => {
    for (const file of left) {
      const below = path.relative(folder, file).split(path.sep).join('/');
      await send(client, file, `${key}/${below}`);
    }
  };
  await Promise.all(Array.from({ length: sideBySide }, next));
}

const started = performance.now();
const client = new S3Client({
  endpoint,
  forcePathStyle: true,
  requestChecksumCalculation: 'WHEN_REQUIRED', // its faster setting
  responseChecksumValidation: 'WHEN_REQUIRED',
});
await (statSync(what).isDirectory() ? sendFolder(client, what) : send(client, what, key));
client.destroy();
console.log(`work ${((performance.now() - started) / 1000).toFixed(3)}`);
