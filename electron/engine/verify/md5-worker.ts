/** The thread behind md5.ts. */
import { createHash } from 'node:crypto';
import { parentPort } from 'node:worker_threads';

interface Question {
  id: number;
  memory: SharedArrayBuffer;
  offset: number;
  length: number;
}

parentPort?.on('message', ({ id, memory, offset, length }: Question) => {
  const digest = createHash('md5')
    .update(new Uint8Array(memory, offset, length))
    .digest('hex');
  parentPort?.postMessage({ id, digest });
});
