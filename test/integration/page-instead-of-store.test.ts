/** A page that somebody on the way answers to a PUT with 200 is no object: it may not be recorded as done. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { practiceEnvironment } from '../../electron/practice/environment.ts';
import { startPracticeBucket } from '../../electron/practice/practice-bucket.ts';
import { runSideline } from '../servers/sideline.ts';

it('a login page in the place of the answer to a PUT is no proof, where the store checks CRC32 itself', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'sideline-page-'));
  const practice = await startPracticeBucket({ folder: path.join(folder, 'bucket') });
  let pages = false;
  const network = http.createServer((request, response) => {
    if (pages && request.method === 'PUT') {
      request.resume();
      request.on('end', () => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Sign in<br></html>'));
      return;
    }
    const { method, url, headers } = request;
    const onward = http.request(new URL(url ?? '/', practice.endpoint), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => network.listen(0, '127.0.0.1', resolve));
  try {
    const endpoint = `http://127.0.0.1:${(network.address() as AddressInfo).port}`;
    const all: Record<string, string | undefined> = practiceEnvironment({ ...practice, endpoint });
    const env = { ...(all as Record<string, string>), SIDELINE_DATA_DIR: path.join(folder, 'data') };
    for (const name of ['a.jpg', 'b.jpg']) await writeFile(path.join(folder, name), name.repeat(1000));
    expect((await runSideline(['upload', path.join(folder, 'a.jpg'), '--json'], env)).summary().done).toBe(1);
    expect((await runSideline(['connection', 'test', '--json'], env)).stdout).toContain('"integrity":"crc32"');
    pages = true;
    const during = await runSideline(['upload', path.join(folder, 'b.jpg'), '--json', '--wait', '1s'], env);
    expect(during.summary()).toMatchObject({ done: 0, failed: 0 });
    pages = false;
    expect((await runSideline(['resume', '--json'], env)).summary()).toMatchObject({ done: 1 });
    expect((await runSideline(['ls'], env)).stdout).toContain('b.jpg');
  } finally {
    network.close();
    network.closeAllConnections();
    await practice.stop();
    await rm(folder, { recursive: true });
  }
});
