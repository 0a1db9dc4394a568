/** One file by @aws-sdk/lib-storage: node client-lib-storage.ts ENDPOINT BUCKET KEY FILE, credentials by the environment. */
import { createReadStream } from 'node:fs';
import { S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';

const [endpoint = '', Bucket = '', Key = '', file = ''] = process.argv.slice(2);
const started = performance.now();
const client = new S3Client({
  endpoint,
  forcePathStyle: true,
  requestChecksumCalculation: 'WHEN_REQUIRED', // its faster setting
  responseChecksumValidation: 'WHEN_REQUIRED',
});
await new Upload({
  client,
  params: { Bucket, Key, Body: createReadStream(file) },
  partSize: 8 * 2 ** 20,
  queueSize: 4,
}).done();
client.destroy();
console.log(`work ${((performance.now() - started) / 1000).toFixed(3)}`);
