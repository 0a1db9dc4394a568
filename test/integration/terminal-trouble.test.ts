/** The terminal command where the machine around it fails: disk, clock, journal, terminal, and a network that is not the internet yet. */
import { appendFile, chmod, mkdir, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { createTestBucket, type TestBucket } from '../servers/bucket.ts';
import { seededRandom } from '../servers/random.ts';
import { runSideline, startSideline, type Ended } from '../servers/sideline.ts';
import { hashTree, newFolder, writeTree } from '../servers/tree.ts';

const ceph = inject('ceph');
const MiB = 2 ** 20;
const stackTrace = /^ +at .*:\d+/m;

/** The command in a shell, which shows with what it ended. */
const inShell = (text: string) => ({ before: ['bash', '-c', text, 'bash'] });
const isRoot = process.getuid?.() === 0;
/** Root reads whatever the mode says, unless it gives that up: then it is the owner of its files, as anybody is. */
const asAnybody = isRoot
  ? { before: ['setpriv', ...['--inh-caps', '--bounding-set'].flatMap((of) => [of, '-dac_override,-dac_read_search'])] }
  : {};
const intoHead = inShell('"$@" | head -1; echo "ended with ${PIPESTATUS[0]}"');

describe.skipIf(ceph === null || process.platform === 'win32')('the terminal command', () => {
  let bucket: TestBucket;
  let folder: string;
  let event: string;
  let data: string;
  let env: Record<string, string>;

  beforeEach(async () => {
    if (ceph === null) return;
    bucket = await createTestBucket(ceph);
    folder = await newFolder();
    event = path.join(folder, 'event');
    data = path.join(folder, 'data');
    env = { ...bucket.env(), SIDELINE_DATA_DIR: data };
  });
  afterEach(async () => {
    bucket.s3.destroy();
    await unlock();
    await rm(folder, { recursive: true });
  });

  const write = (files: [string, number][]) => writeTree(event, new Map(files), seededRandom('trouble'));
  const many = (count: number) => Array.from({ length: count }, (_, at): [string, number] => [`${at}.jpg`, 20]);

  const locked: string[] = [];
  async function lock(name: string, mode: number): Promise<string> {
    const at = path.join(event, name);
    await chmod(at, mode);
    locked.push(at);
    return at;
  }
  async function unlock(): Promise<void> {
    for (const at of locked.splice(0)) await chmod(at, 0o700);
  }

  function expectWords(ended: Ended, code: number, words: RegExp): void {
    expect(ended.stdout + ended.stderr).toMatch(words);
    expect(ended.stderr).not.toMatch(stackTrace);
    expect(ended.code).toBe(code);
  }

  it.each([
    [200, 'while it plans'],
    [450, 'while it sends'],
  ])('ends in order where files can have no more than %d KiB, %s, and goes on when they can', async (most) => {
    await write(many(400));
    await mkdir(path.join(data, 'logs'), { recursive: true });
    await appendFile(path.join(data, 'logs', 'sideline.log'), Buffer.alloc(most * 1024)); // the log, too
    const full = await runSideline(['upload', event], env, inShell(`ulimit -f ${most}; exec "$@"`));
    expectWords(full, 1, /The journal could not be written/);
    const ended = await runSideline(['resume', '--json'], env);
    expect(ended.code).toBe(0);
    await runSideline(['upload', event], env); // what had not been found yet
    expect(await bucket.hashes()).toEqual(await hashTree(event));
  });

  it('says who works on the data only where somebody does', async () => {
    const full = await runSideline(['upload', folder], env, inShell('ulimit -f 0; exec "$@"'));
    expectWords(full, 1, /The journal could not be written/);
    expect(full.stderr).not.toContain('Another Sideline');
  });

  it('sends all where nobody reads what it says, and ends at once what only shows', async () => {
    await write(many(300));
    const sent = await runSideline(['upload', event, '--json'], env, intoHead);
    expectWords(sent, 0, /ended with 0/);
    expect(await bucket.keys()).toHaveLength(300);
    for (const args of [['plan', event], ['history'], ['export', '1'], ['ls', '--recursive']])
      expectWords(await runSideline(args, env, intoHead), 0, /ended with 0/);
  });

  it.skipIf(process.platform !== 'linux')('says so where its output cannot be written', async () => {
    await write(many(3));
    const sent = await runSideline(['upload', event], env, inShell('"$@" > /dev/full'));
    expectWords(sent, 0, /^The output could not be written \(ENOSPC\): is the disk full\?$/m);
    expect(await bucket.keys()).toHaveLength(3);
    expectWords(await runSideline(['status'], env, inShell('"$@" > /dev/full')), 1, /could not be written/);
  });

  describe.skipIf(isRoot && process.platform !== 'linux')('where it may not read all', () => {
    const words = 'The file cannot be read (EACCES): check its permissions, then retry.';

    it('sends the rest, says of each what to do, and sends it too once it may', async () => {
      await write([['a.jpg', 10], ['b/b.mp4', 20 * MiB], ['c.jpg', 10], ['d.mp4', 20 * MiB], ['e/e.jpg', 10], ['f/f.jpg', 10]]); // prettier-ignore
      const files = [await lock('c.jpg', 0), await lock('d.mp4', 0)];
      const folders = [await lock('e', 0), path.join(await lock('f', 0o400), 'f.jpg')]; // whose names are seen, and nothing more
      const ended = await runSideline(['upload', event], env, asAnybody);
      expect([ended.code, ended.stderr]).toEqual([1, '']);
      expect(ended.stdout).toMatch(/^2 of 6 files .*\n4 failed: "sideline status" says why, "sideline retry" tries/m);
      const told = (await runSideline(['status'], env)).stdout;
      for (const at of [...files, ...folders]) {
        expect(ended.stdout).toContain(`failed: ${at}\n  ${words}\n`);
        expect(told).toContain(`failed: ${at}\n  ${words}\n`);
      }
      expect(await bucket.keys()).toEqual(['event/a.jpg', 'event/b/b.mp4']);
      const inVain = await runSideline(['retry', '--json'], env, asAnybody);
      expect([inVain.code, inVain.summary()]).toMatchObject([1, { done: 2, failed: 4, bytesSent: 0 }]);
      await unlock();
      const retried = await runSideline(['retry'], env, asAnybody);
      expect([retried.code, retried.stdout]).toEqual([0, expect.stringContaining('4 files are tried again.')]);
      expect(await bucket.hashes()).toEqual(await hashTree(event));
    });

    it('tells what it may not see from what is not there', async () => {
      await write([['locked/a.jpg', 10]]);
      const inside = path.join(await lock('locked', 0), 'a.jpg');
      for (const command of ['upload', 'plan'])
        expectWords(await runSideline([command, inside], env, asAnybody), 2, /a\.jpg cannot be read \(EACCES\): check/);
      expectWords(
        await runSideline(['plan', event], env, asAnybody),
        1,
        /cannot be read \(EACCES\): check its permissions/,
      );
    });
  });

  it('stops in order when the terminal is closed', async () => {
    await write([['b.mp4', 40 * MiB]]);
    const { child, ended } = startSideline(['upload', event, '--json', '--limit-rate', '8M'], env);
    while (!(await isUnderWay())) await sleep(50);
    child.kill('SIGHUP');
    const { code, summary } = await ended;
    expect([code, summary().done]).toEqual([3, 0]);
    expect(await readdir(data)).not.toContain('journal.sqlite-wal');
    expect((await runSideline(['resume'], env)).code).toBe(0);
    expect(await bucket.hashes()).toEqual(await hashTree(event));
  });

  const isUnderWay = async () => (await runSideline(['status'], env)).stdout.includes('1 uploading');

  it('tells who only looks that the journal is damaged, and whoever writes what became of it', async () => {
    await write(many(5));
    expect((await runSideline(['upload', event], env)).code).toBe(0);
    await truncate(path.join(data, 'journal.sqlite'), 0);
    for (const args of [['status'], ['history'], ['export', '1']])
      expectWords(await runSideline(args, env), 1, /^The journal is damaged\. The next start/m);
    const added = await runSideline(['connection', 'add', 'more', '--bucket', 'club', '--chain'], env);
    expectWords(added, 0, /has been set aside as .*journal\.damaged-.*\. 5 transfers were restored/);
    const again = await runSideline(['resume', '--json'], env); // the backup is of the plan
    expect(again.summary()).toMatchObject({ done: 5, bytesSent: 0 });
  });

  it.each([-1, 1])('uploads where the clock of this computer is wrong by %d day', async (days) => {
    await write([['a.jpg', 1000], ['b.mp4', 20 * MiB]]); // prettier-ignore
    const clock = path.join(folder, 'clock.mjs');
    await writeFile(
      clock,
      `const Right = Date, off = ${days * 86_400_000};
       globalThis.Date = class extends Right {
         constructor(...given) { given.length === 0 ? super(Right.now() + off) : super(...given); }
         static now() { return Right.now() + off; }
       };`,
    );
    const wrong = { ...env, NODE_OPTIONS: `--import=${pathToFileURL(clock).href}` };
    const ended = await runSideline(['upload', event, '--json', '--wait', '5s'], wrong);
    expect(ended.code).toBe(0);
    expect(await bucket.hashes()).toEqual(await hashTree(event));
    expect((await runSideline(['ls', 'event/'], wrong)).stdout).toContain('event/a.jpg');
    expectWords(await runSideline(['connection', 'test'], wrong), 1, /clock is wrong by 1440 minutes/);
  });

  it.each([
    ['sends on to its login page', 302],
    ['answers with its login page', 200],
    ['refuses with a page', 403],
    ['knows nothing of what it is asked', 404],
  ])('waits behind a network that %s, and goes on when it is let through', async (_, status) => {
    await write([['a.jpg', 1000], ['b.mp4', 20 * MiB]]); // prettier-ignore
    const network = await startNetwork(status);
    try {
      const through = { ...env, SIDELINE_S3_ENDPOINT: network.address };
      const waiting = await runSideline(['upload', event, '--json', '--wait', '1s'], through);
      expect([waiting.code, waiting.summary().failed]).toEqual([3, 0]);
      network.letThrough();
      const ended = await runSideline(['resume', '--json'], through);
      expect([ended.code, ended.summary().done]).toEqual([0, 2]);
      expect(await bucket.hashes()).toEqual(await hashTree(event));
    } finally {
      await network.stop();
    }
  });

  async function startNetwork(status: number) {
    let isOpen = false;
    const server = http.createServer((request, response) => {
      if (!isOpen) {
        request.resume();
        const headers = {
          'content-type': 'text/html',
          ...(status === 302 ? { location: 'http://127.0.0.1:9/login' } : {}),
        };
        response.writeHead(status, headers).end('<html><body>Please sign in<br></body></html>');
        return;
      }
      const { method, url, headers } = request;
      const onward = http.request(new URL(url ?? '/', ceph?.endpoint), { method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      request.pipe(onward);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return {
      address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      letThrough: () => (isOpen = true),
      stop: () =>
        new Promise((resolve) => {
          server.close(resolve);
          server.closeAllConnections();
        }),
    };
  }
});
