/** Whatever a key is, its file lies in the chosen folder, under a name that the system takes, and no two are the same. */
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createLocalNames, safeName, type NameRules } from '../../electron/admin/download/local-names.ts';
import { seededRandom, type Random } from '../servers/random.ts';

const unix: NameRules = { windows: false, folds: false };
const mac: NameRules = { windows: false, folds: true };
const windows: NameRules = { windows: true, folds: true };

function pathsOf(keys: readonly string[], rules: NameRules, bytes = 1): string[] {
  const names = createLocalNames(rules);
  return keys.map((key) => names.of(key, bytes).segments.join('/'));
}

describe('the name of a file', () => {
  it.each([
    ['photo.jpg', 'photo.jpg'],
    ['100%25 real.jpg', '100%25 real.jpg'],
    ['what?: a*b.jpg', 'what?: a*b.jpg'],
    ['back\\slash', 'back\\slash'],
    ['..', '%2E%2E'],
    ['.', '%2E'],
    ['', '%2F'],
    ['...', '...'],
    ['line\nbreak', 'line%0Abreak'],
    ['nul\0.txt', 'nul%00.txt'],
    ['\u202egpj.exe', '%E2%80%AEgpj.exe'],
    ['<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>'],
    ['.sideline-0123.part', '%2Esideline-0123.part'],
  ])('on Linux: %j is %j', (segment, name) => {
    expect(safeName(segment, unix)).toBe(name);
  });

  it.each([
    ['what?: a*b.jpg', 'what%3F%3A a%2Ab.jpg'],
    ['back\\slash', 'back%5Cslash'],
    ['C:', 'C%3A'],
    ['con', '%63on'],
    ['AUX.txt', '%41UX.txt'],
    ['com¹.log', '%63om¹.log'],
    ['nul .txt', '%6Eul .txt'],
    ['console', 'console'],
    ['end.', 'end%2E'],
    ['end ', 'end%20'],
    ['end. .', 'end. %2E'],
    ['.SideLine-x', '%2ESideLine-x'],
  ])('on Windows: %j is %j', (segment, name) => {
    expect(safeName(segment, windows)).toBe(name);
  });

  it('is cut at whole characters where it is too long, and keeps its extension', () => {
    const name = safeName(`${'👩‍👩‍👧‍👦'.repeat(40)}.jpeg`, unix);
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
    expect(name).toMatch(/^(👩‍👩‍👧‍👦)+ \([0-9a-f]{8}\)\.jpeg$/u);
  });
});

describe('paths', () => {
  it('never climb, and keep what the key says readable', () => {
    expect(pathsOf(['../../x', '/etc/passwd', 'a//b', 'a/./b', 'C:/x'], unix)).toEqual([
      '%2E%2E/%2E%2E/x',
      '%2F/etc/passwd',
      'a/%2F/b',
      'a/%2E/b',
      'C:/x',
    ]);
  });

  it('of a key that is a file and a folder are two', () => {
    const [file, below, deeper] = pathsOf(['a', 'a/b', 'a/c/d'], unix);
    expect(file).toBe('a');
    expect(below).toMatch(/^a \([0-9a-f]{8}\)\/b$/);
    expect(deeper).toBe(`${path.posix.dirname(below ?? '')}/c/d`);
  });

  it('of keys that differ in case or in how accents are written are apart where the folder does not tell them apart', () => {
    const keys = ['A.jpg', 'a.jpg', 'B/x', 'b/x', 'é.jpg', 'e\u0301.jpg', 'straße', 'STRASSE'];
    expect(pathsOf(keys, unix)).toEqual(keys);
    const apart = pathsOf(keys, mac);
    expect(new Set(apart.map((one) => one.normalize('NFC').toLowerCase())).size).toBe(keys.length);
    expect(apart[0]).toBe('A.jpg');
    expect(apart[1]).toMatch(/^a \([0-9a-f]{8}\)\.jpg$/);
  });

  it('of a folder that is an empty object are that folder', () => {
    const names = createLocalNames(unix);
    expect(names.of('a/b/', 0)).toEqual({ segments: ['a', 'b'], isFolder: true });
    expect(names.of('a/b/', 5)).toEqual({ segments: ['a', 'b', '%2F'], isFolder: false });
    expect(names.of('/', 0)).toEqual({ segments: ['%2F'], isFolder: true });
  });
});

const stuff = [
  ...['.', '..', '', '/', '\\', ':', '?', '%', '%2F', ' ', '~', '\0', '\n', '\u202e', '\u2028', '\ud800'],
  ...[
    'a',
    'A',
    'b',
    'é',
    'e\u0301',
    'ß',
    'ss',
    'CON',
    'aux',
    'com1',
    '.txt',
    '.sideline-',
    'x'.repeat(300),
    '日本',
    '🏆',
  ],
];

function anyKey(random: Random): string {
  return Array.from({ length: 1 + random.below(8) }, () => random.pick(stuff)).join(random.below(3) === 0 ? '/' : '');
}

function isUnsafe(name: string, { windows }: NameRules): boolean {
  if (['', '.', '..'].includes(name) || Buffer.byteLength(name) > 255) return true;
  // eslint-disable-next-line no-control-regex -- they are what it looks for
  if (/[/\0-\x1f\x7f]/.test(name) || name.toLowerCase().startsWith('.sideline-')) return true;
  return windows && (/[<>:"\\|?*]|[. ]$/.test(name) || /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(name));
}

describe('of any keys', () => {
  const random = seededRandom('local-names');
  const keys = [...new Set(Array.from({ length: 10_000 }, () => anyKey(random)))];

  it.each([
    ['Linux', unix],
    ['macOS', mac],
    ['Windows', windows],
  ])('all paths are safe and different: %s', (_, rules) => {
    const names = createLocalNames(rules);
    const fold = (text: string) => (rules.folds ? text.normalize('NFC').toUpperCase() : text);
    const files = new Set<string>();
    const folders = new Set<string>();
    const problems: string[] = [];
    for (const key of keys) {
      const { segments } = names.of(key, 1);
      const file = fold(segments.join('/'));
      const bad = segments.find((segment) => isUnsafe(segment, rules));
      if (bad !== undefined || files.has(file)) problems.push(JSON.stringify({ key, bad, file }));
      files.add(file);
      for (let at = 1; at < segments.length; at++) folders.add(fold(segments.slice(0, at).join('/')));
    }
    expect(problems).toEqual([]);
    expect([...folders].filter((folder) => files.has(folder))).toEqual([]);
  });

  it('this system makes all of them in the folder, and nothing outside it', async () => {
    const outside = await mkdtemp(path.join(os.tmpdir(), 'sideline-names-'));
    const inside = path.join(outside, 'a', 'b', 'c');
    await mkdir(inside, { recursive: true });
    const names = createLocalNames(unix);
    const some = keys.slice(0, 800);
    for (const [number, key] of some.entries()) {
      const file = path.join(inside, ...names.of(key, 1).segments);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, String(number), { flag: 'wx' });
    }
    const all = await readdir(outside, { recursive: true, withFileTypes: true });
    const made = all.filter((one) => one.isFile()).map((one) => path.join(one.parentPath, one.name));
    expect(made).toHaveLength(some.length);
    expect(made.every((file) => file.startsWith(inside + path.sep))).toBe(true);
    await rm(outside, { recursive: true });
  });

  it('the same keys in the same order have the same paths', () => {
    expect(pathsOf(keys, windows)).toEqual(pathsOf(keys, windows));
  });
});
