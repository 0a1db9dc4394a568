/** The progress of an upload as a person sees it: on a terminal, with the output drawn as the terminal draws it. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { createTestBucket, type TestBucket } from '../servers/bucket.ts';
import { seededRandom } from '../servers/random.ts';
import { onTerminal, screenOf, type Screen } from '../servers/screen.ts';
import { startSideline } from '../servers/sideline.ts';
import { newFolder, writeTree } from '../servers/tree.ts';

const ceph = inject('ceph');
const MB = 1_000_000;

// Other systems have another `script`.
describe.skipIf(ceph === null || process.platform !== 'linux')('on a terminal', () => {
  let bucket: TestBucket;
  let folder: string;
  let event: string;

  beforeEach(async () => {
    if (ceph === null) return;
    bucket = await createTestBucket(ceph);
    folder = await newFolder();
    event = path.join(folder, 'event');
  });
  afterEach(async () => {
    bucket.s3.destroy();
    await rm(folder, { recursive: true });
  });

  async function upload(columns: number): Promise<Screen & { code: number | null }> {
    const env = { ...bucket.env(), SIDELINE_DATA_DIR: path.join(folder, 'data'), TERM: 'xterm-256color' };
    const args = ['upload', event, '--limit-rate', '1M'];
    const { code, stdout } = await startSideline(args, env, onTerminal(columns)).ended;
    return { code, ...screenOf(stdout, columns) };
  }

  /** The share that each drawn bar says, in percent. */
  const shares = ({ frames }: Screen) => [...shownBars(frames)].map((text) => Number(/(\d+) % · /.exec(text)?.[1]));

  function* shownBars(frames: Screen['frames']): Generator<string> {
    for (const frame of frames) {
      const bar = frame.findIndex((line) => /^[█░]+ /u.test(line));
      if (bar !== -1) yield frame.slice(bar).map((line) => line.trim()).join(' '); // prettier-ignore
    }
  }

  it.each([100, 40])('of %d columns the bar grows in place, and leaves only the last word', async (columns) => {
    await writeTree(event, new Map([['a.jpg', MB], ['b.mp4', 2 * MB]]), seededRandom('bar')); // prettier-ignore
    const screen = await upload(columns);
    expect([screen.code, screen.broken, screen.cursorShown]).toEqual([0, [], true]);
    const bars = [...shownBars(screen.frames)];
    expect(bars.length).toBeGreaterThan(10);
    for (const text of bars) expect(text).toMatch(/^[█░]+ \d+ % · [\d.]+ k?M?B of 3 MB ?·? [12] files? left/u);
    expect(bars.join('\n')).toMatch(/ [\d.]+ [kM]B\/s ?·? .*\d+ (s|ms) left/);
    expect(bars.join('\n')).toContain(' event/b.mp4');
    expect(shares(screen)).toEqual(shares(screen).toSorted((a, b) => a - b));
    expect(new Set(shares(screen)).size).toBeGreaterThan(5);
    expect(Math.max(...screen.frames.map((frame) => frame.length))).toBeLessThan(12); // below one another they would be more
    expect(screen.end.join('')).toMatch(
      /^Found: 2 files to send\.2 of 2 files \(3 MB\) are in test-[0-9a-f]+; 3 MB sent in \d+ s, [\d.]+ [kM]B\/s\.$/,
    );
  });
});
