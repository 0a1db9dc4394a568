/** Very many small objects for a test of lists, put side by side by our own transport: 2,000 to 4,000 a second. */
import type { Bucket } from '../../electron/admin/bucket.ts';
import { createBandwidth } from '../../electron/engine/upload/bandwidth.ts';
import { put } from '../../electron/engine/upload/transport.ts';

const sideBySide = 32;

/** Each object holds `body`. Throws where the store does not take one. */
export async function putMany(bucket: Bucket, keys: Iterable<string>, body = Buffer.alloc(0)): Promise<void> {
  const { storage } = bucket;
  const bandwidth = createBandwidth(null);
  const { signal } = new AbortController();
  const next = (function* () {
    yield* keys;
  })();
  const headers = { 'content-length': String(body.length) };
  const chunk = (offset: number, length: number) => body.subarray(offset, offset + length);
  const worker = async () => {
    for (let one = next.next(); one.done !== true; one = next.next()) {
      const key = one.value;
      const request = await storage.sign({ method: 'PUT', key, query: {}, headers });
      const whole = { size: body.length, crc32: 0, md5: null, chunk };
      const answer = await put(
        { request, body: whole, bandwidth, signal, stallAfter: 30_000, onSent: () => undefined },
        storage.wayTo(request.origin),
      );
      if (answer.status !== 200) throw new Error(`the store did not take ${key}: ${answer.status} ${answer.body}`);
    }
  };
  await Promise.all(Array.from({ length: sideBySide }, worker));
}
