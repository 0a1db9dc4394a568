/** What is known of rights: learned from a 403, unlearned from a success, and no more than the store has said. */
import { beforeEach, describe, expect, it } from 'vitest';
import { createRightsBook, type RightsBook } from '../../electron/admin/rights-book.ts';
import { denialOf, type Right } from '../../shared/rights.ts';

describe('the book of rights', () => {
  let book: RightsBook;
  let told: number;
  beforeEach(() => {
    told = 0;
    book = createRightsBook(() => (told += 1));
  });

  const heard = (right: Right, allowed: string[], denied: string[]) =>
    book.learn(1, { right, allowed, denied: denied.map((key) => ({ key, message: `no ${key}` })) });
  const denied = (right: Right, ...keys: string[]) => heard(right, [], keys);
  const done = (right: Right, ...keys: string[]) => heard(right, keys, []);
  const of = (right: Right, ...keys: string[]) =>
    keys.map((key) => denialOf(book.of(1), right, key)?.message ?? 'may be');

  it('takes what is denied in a folder to be denied below it, and says nothing of others', () => {
    denied('delete', 'photos/a.jpg', 'photos/b.jpg');
    expect(of('delete', 'photos/c.jpg', 'photos/day 1/d.jpg', 'a.jpg', 'photos-2/a.jpg')).toEqual([
      ...['no photos/a.jpg', 'no photos/a.jpg'],
      ...['may be', 'may be'],
    ]);
    expect(of('write', 'photos/c.jpg')).toEqual(['may be']);
    expect(denialOf(book.of(2), 'delete', 'photos/a.jpg')).toBeNull();
    expect([book.of(1).length, told]).toEqual([1, 1]);
  });

  it('offers a folder in which it was done, whatever was denied above it, before or after', () => {
    done('delete', 'events/7/a.jpg');
    denied('delete', 'root.jpg');
    done('delete', 'events/8/a.jpg');
    expect(of('delete', 'other.jpg', 'events/9/a.jpg')).toEqual(['no root.jpg', 'no root.jpg']);
    expect(of('delete', 'events/7/b.jpg', 'events/7/day/c.jpg', 'events/8/b.jpg')).toEqual([
      ...['may be', 'may be', 'may be'],
    ]);
    denied('delete', 'events/8/day/locked/x.jpg');
    expect(of('delete', 'events/8/day/locked/y.jpg', 'events/8/day/z.jpg')).toEqual([
      ...['no events/8/day/locked/x.jpg', 'may be'],
    ]);
  });

  it('keeps one key that is denied where others are not to that key, until another one is denied', () => {
    heard('delete', ['photos/a.jpg', 'photos/b.jpg'], ['photos/kept']);
    expect(of('delete', 'photos/kept', 'photos/kept-2', 'photos/c.jpg')).toEqual([
      'no photos/kept',
      'may be',
      'may be',
    ]);
    denied('delete', 'photos/d.jpg');
    expect(of('delete', 'photos/d.jpg', 'photos/c.jpg')).toEqual(['no photos/d.jpg', 'may be']);
    denied('delete', 'photos/e.jpg');
    expect(of('delete', 'photos/c.jpg')).toEqual(['no photos/e.jpg']);
    done('delete', 'photos/kept', 'photos/c.jpg');
    expect(of('delete', 'photos/kept', 'photos/e.jpg', 'photos/c.jpg')).toEqual(['may be', 'may be', 'may be']);
  });

  it('knows each setting of a bucket by itself', () => {
    const says = (setting: 'cors' | 'policy', isAllowed: boolean) =>
      book.learn(1, {
        ...{ right: 'write-settings', setting },
        allowed: isAllowed ? [''] : [],
        denied: isAllowed ? [] : [{ key: '', message: `no ${setting}` }],
      });
    says('cors', true);
    says('policy', false);
    const why = (setting: 'cors' | 'policy') => denialOf(book.of(1), 'write-settings', '', setting)?.message ?? null;
    expect([why('cors'), why('policy'), denialOf(book.of(1), 'write-settings', '')]).toEqual([null, 'no policy', null]);
    says('cors', false);
    says('policy', true);
    expect([why('cors'), why('policy')]).toEqual(['no cors', null]);
  });

  it('forgets when somebody wants to try again, and stays small', () => {
    denied('read', 'a.jpg');
    book.forget(1);
    book.forget(1);
    expect([of('read', 'a.jpg'), told]).toEqual([['may be'], 2]);
    denied('delete', ...Array.from({ length: 5000 }, (_, at) => `folder ${at}/a.jpg`));
    expect([book.of(1).length, told]).toEqual([200, 3]);
    expect(of('delete', 'folder 4999/b.jpg')).toEqual(['no folder 4999/a.jpg']);
  });
});
