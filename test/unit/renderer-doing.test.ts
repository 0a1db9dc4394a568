/** What the window decides by itself before something is done with objects. */
import { describe, expect, it } from 'vitest';
import { allowedOf } from '../../renderer/features/doing/allowed.ts';
import { baseOfNamed } from '../../renderer/features/doing/chosen.ts';
import { keyWith, nameOfKey, nameProblem } from '../../renderer/features/doing/names.ts';
import { above, prefixOf, targetProblem, typedParts } from '../../renderer/features/doing/target.ts';
import { shareOfAll, shareOfTask, timeLeftOf } from '../../renderer/features/tasks/progress.ts';
import { namedLines, selectionWords } from '../../renderer/features/doing/words.ts';
import type { Selection } from '../../renderer/stores/doing.ts';
import type { AdminTask } from '../../shared/admin-tasks.ts';
import type { BrowseSelection, BrowseView, ConnectionRights } from '../../shared/browse.ts';
import { isConfirmed } from '../../shared/deletion-confirmation.ts';
import { browse } from '../../shared/strings/browse.ts';
import { doing } from '../../shared/strings/doing.ts';
import { tasks as taskWords } from '../../shared/strings/tasks.ts';

const some = { connectionId: 1, keys: ['photos/a.jpg'], prefixes: ['photos/day 1/'] };
const all = {
  ...{ connectionId: 1, keys: [], prefixes: [] },
  listing: { listingId: 7, selection: { rows: { keys: ['x'], prefixes: [] } } },
};
const free: ConnectionRights = { connectionId: 1, denials: [], readOnly: false, folders: null };

describe('what is offered', () => {
  it('is everything where nothing is known against it', () => {
    const one = { ...some, prefixes: [] };
    expect(Object.values(allowedOf(one, free)).every((why) => why === null)).toBe(true);
    expect(allowedOf(some, null)).toMatchObject({ download: null, remove: null, rename: doing.allowed.one });
  });

  it('is nothing that changes a read-only connection', () => {
    const allowed = allowedOf(some, { ...free, readOnly: true }, 'photos/');
    expect(allowed).toMatchObject({ download: null, copyTo: null });
    for (const action of ['moveTo', 'newFolder', 'remove', 'removeOldVersions'] as const)
      expect(allowed[action]).toBe(browse.rights.readOnly);
  });

  it('says what the store denied, for one of many too', () => {
    const denied = {
      ...free,
      denials: [{ right: 'delete' as const, folder: 'photos/day 1/', except: [], setting: null, message: 'No.' }],
    };
    expect(allowedOf(some, denied)).toMatchObject({
      remove: 'No. Once that is so, press Refresh in Browse.',
      moveTo: expect.stringContaining('No.') as string,
      copyTo: null,
    });
    expect(allowedOf({ ...some, prefixes: [] }, denied).remove).toBeNull();
  });

  it('of all of a list goes by its folder, and never deletes versions of it', () => {
    const locked = { ...free, folders: ['photos/'] };
    expect(allowedOf(all, locked, 'photos/').remove).toBeNull();
    expect(allowedOf(all, locked, 'other/').remove).toBe(browse.rights.otherFolder);
    expect(allowedOf(all, free, '')).toMatchObject({
      rename: doing.allowed.one,
      removeOldVersions: doing.allowed.named,
    });
    expect(allowedOf(null, free).download).toBe(doing.allowed.nothing);
  });
});

describe('a name', () => {
  const file = nameOfKey('photos/a.jpg');

  it('is split from its folder', () => {
    expect(file).toEqual({ folder: 'photos/', isFolder: false, current: 'a.jpg' });
    expect(nameOfKey('photos/day 1/')).toEqual({ folder: 'photos/', isFolder: true, current: 'day 1' });
    expect(nameOfKey('a')).toEqual({ folder: '', isFolder: false, current: 'a' });
    expect(keyWith('day 2', nameOfKey('photos/day 1/'))).toBe('photos/day 2/');
  });

  it('that cannot be is refused in words', () => {
    expect(nameProblem('b.jpg', file)).toBeNull();
    expect(nameProblem('', file)).toBe(doing.name.missing);
    expect(nameProblem('a.jpg', file)).toBe(doing.name.same);
    expect(nameProblem('b/c.jpg', file)).toBe(doing.name.slash);
    expect(nameProblem('b/c', { folder: '', isFolder: true, current: null })).toBe(doing.name.folderSlash);
    expect(nameProblem('..', file)).toContain('..');
    expect(nameProblem('a\u0007', file)).toContain('U+0007');
  });

  it('has with its folder 1,024 bytes at most, not letters', () => {
    expect(nameProblem('ä'.repeat(508), file)).toBeNull(); // 7 + 1,016
    expect(nameProblem('ä'.repeat(509), file)).toBe(doing.name.tooLong(1025, 1024));
  });
});

describe('where to copy', () => {
  const to = (path: string, isChosen = true, connectionId = 1) => ({ connectionId, path, isChosen });

  it('reads what is typed as a folder and a part of a name', () => {
    expect(typedParts('photos/20')).toEqual({ folder: 'photos/', search: '20' });
    expect([prefixOf(''), prefixOf('a'), prefixOf('a/')]).toEqual(['', 'a/', 'a/']);
    expect([above('a/b/'), above('a/b'), above('a/'), above('')]).toEqual(['a/', 'a/', '', '']);
  });

  it('is not where it is, nor in itself', () => {
    expect(baseOfNamed(some)).toBe('photos/');
    expect(targetProblem(some, to('photos'), free)).toBe(doing.transfer.same);
    expect(targetProblem(some, to('photos/day 1/x'), free)).toBe(doing.transfer.inside);
    expect(targetProblem(some, to('photos', true, 2), free)).toBeNull();
    expect(targetProblem(some, to('photos/day 2'), free)).toBeNull();
    expect(targetProblem(all, to('photos'), free)).toBeNull(); // main knows what is in the list
  });

  it('is not where nothing may be written, in the rights of the connection that it is of', () => {
    const denial = { right: 'write' as const, folder: 'photos/', except: [], setting: null, message: 'No.' };
    const denied = { ...free, denials: [denial] };
    const why = browse.rights.denied('No.');
    for (const path of ['photos', 'photos/day 2/']) expect(targetProblem(some, to(path), denied)).toBe(why);
    expect(targetProblem(some, to('elsewhere'), denied)).toBeNull();
    expect(targetProblem(some, to('', true, 2), { ...free, connectionId: 2, readOnly: true })).toBe(
      browse.rights.readOnly,
    );
    expect(targetProblem(some, to('b'), { ...free, folders: ['a/'] })).toBe(browse.rights.otherFolder);
  });

  it('has no folder without a name, unless that is one that is there', () => {
    expect(targetProblem(some, to('a//b', false), free)).toBe(doing.transfer.oddPath);
    expect(targetProblem(some, to('/', false), free)).toBe(doing.transfer.oddPath);
    expect(targetProblem(some, to('a//b'), free)).toBeNull();
    expect(targetProblem(some, to('ä'.repeat(512), false), free)).toBe(doing.transfer.tooLong(1024));
  });
});

it('takes the number or the name, and nothing like them', () => {
  const wanted = { count: 1200, name: 'photos' };
  for (const right of ['1200', '1,200', ' 1 200 ', 'photos', "1'200"]) expect(isConfirmed(wanted, right)).toBe(true);
  for (const wrong of ['', null, '120', 'Photos', 'photos/', '1200 objects'])
    expect(isConfirmed(wanted, wrong)).toBe(false);
  expect(isConfirmed({ count: 3, name: null }, 'null')).toBe(false);
  expect(isConfirmed(null, null)).toBe(true);
});

describe('what is selected of a list', () => {
  const view: BrowseView = { search: '', kinds: [], sort: { by: 'name', descending: false } };
  const edge = (name: string) => ({ name, isFolder: false, size: 1, modified: 0, type: '' });
  const nothing = { keys: [], prefixes: [] };
  const of = (selection: BrowseSelection): Selection => ({
    ...{ connectionId: 1, ...nothing },
    listing: { listingId: 1, selection },
  });

  it('is said as it was selected', () => {
    const all = of({ view, except: nothing });
    expect(selectionWords(all)).toBe('all that the list shows, and all below its folders');
    const most = of({ view, except: { keys: ['a'], prefixes: ['b/'] } });
    expect(selectionWords(most)).toBe('what is selected');
    expect(namedLines(most).lines[1]).toBe('but not 2 items that were left out');
    const between = { from: edge('IMG_1\n.jpg'), to: edge('IMG_60000.jpg') };
    const range = of({ view, between, otherwise: { keys: ['IMG_7.jpg'], prefixes: [] } });
    expect(selectionWords(range)).toBe('what is selected');
    expect(namedLines(range).lines).toEqual([
      'All from IMG_1\\u{a}.jpg to IMG_60000.jpg, as the list shows it',
      'with 1 item added or left out by hand',
    ]);
    const folders = of({ rows: { keys: [], prefixes: Array.from({ length: 1200 }, (_, at) => `day ${at}/`) } });
    expect(selectionWords(folders)).toBe('1,200 items');
    expect(namedLines(folders)).toMatchObject({
      lines: { length: 5, 0: 'day 0/, with all that is in it' },
      more: 1195,
    });
  });
});

describe('a task', () => {
  const task: AdminTask = {
    ...{ id: 1, kind: 'download', connectionId: 1, subject: 'photos/\u202Egpj.exe', state: 'running', reason: null },
    ...{ items: { done: 1, failed: 0, total: 4 }, bytes: { done: 250, total: 1000 }, begunAt: 0, endedAt: null },
    ...{ failures: [], canRetry: false, replaceable: 0, folder: '/tmp/x' },
  };

  it('is as far as its bytes, else as its objects', () => {
    expect(shareOfTask(task)).toBe(0.25);
    expect(shareOfTask({ items: { done: 1, failed: 1, total: 4 }, bytes: null })).toBe(0.5);
    expect(shareOfTask({ items: { done: 1, failed: 0, total: null }, bytes: null })).toBeNull();
    expect(shareOfAll([task, { ...task, bytes: { done: 750, total: 1000 } }])).toBe(0.5);
  });

  it('is guessed at once it has settled', () => {
    expect(timeLeftOf(task, 1000)).toBeNull();
    expect(timeLeftOf(task, 10_000)).toBe(30_000);
    expect(timeLeftOf({ ...task, state: 'done' }, 10_000)).toBeNull();
  });

  it('is told in words in which nothing is hidden', () => {
    expect(taskWords.title(task)).toBe('Downloading photos/\\u{202e}gpj.exe');
    expect(taskWords.facts(task, 30_000)).toEqual(['1 of 4 objects', '250 B of 1 kB', '30 s left']);
    expect(taskWords.ended({ ...task, state: 'failed', items: { done: 3, failed: 1, total: 4 } })).toBe(
      'Downloaded 3 objects, 1 failed.',
    );
    const refusedBy = (key: string) => ({
      key,
      reason: { kind: 'denied', name: 'DENIED', message: 'It is locked.' } as const,
    });
    const failed: AdminTask = {
      ...task,
      kind: 'delete',
      state: 'failed',
      subject: '3 objects',
      failures: [refusedBy('a/b\u202e.jpg')],
    };
    expect(taskWords.ended({ ...failed, items: { done: 2, failed: 1, total: 3 } })).toBe(
      'Deleted 2 objects, 1 failed. b\\u{202e}.jpg: It is locked.',
    );
    expect(taskWords.ended({ ...failed, items: { done: 0, failed: 1, total: 1 } })).toBe(
      'Deletion of 3 objects: It is locked.',
    );
    const folder = {
      ...failed,
      items: { done: 0, failed: 3, total: 3 },
      failures: [refusedBy(`a/${'é'.repeat(70)}/`)],
    };
    expect(taskWords.ended(folder)).toBe(
      `Deletion of 3 objects: 3 failed. ${'é'.repeat(60)}…: It is locked. 2 others failed too.`,
    );
    expect(taskWords.ended({ ...task, state: 'done', items: { done: 1, failed: 0, total: 1 } })).toBe(
      'Downloaded 1 object.',
    );
  });
});
