import { describe, expect, it } from 'vitest';
import { betweenRows } from '../../shared/browse-order.ts';
import type { BrowseRow, BrowseView } from '../../shared/browse.ts';
import {
  edgeOf,
  isSelected,
  named,
  selectedCount,
  toggled,
  withId,
  type Selected,
} from '../../renderer/features/browse/rows.ts';
import { highest, layTiles, scrollTo, type TileSpace } from '../../renderer/features/browse/tile-layout.ts';
import { childTowards, folded, segmentsOf, shownName } from '../../renderer/features/browse/words.ts';

const folder = withId({ kind: 'folder', key: 'a/', name: 'a' });
const object = (key: string) => {
  const facts = { size: 1, modified: 0, etag: '', storageClass: '', type: null, sent: null };
  return withId({ kind: 'other', key, name: key, ...facts } satisfies BrowseRow);
};
const nothing: Selected = { selection: { keys: [], prefixes: [] }, base: null };
const view: BrowseView = { search: '', kinds: [], sort: { by: 'name', descending: false } };

describe('what is selected in a folder', () => {
  it('tells an object from a folder of the same key', () => {
    const selected = { ...nothing, selection: named([object('a/')]) };
    expect(isSelected(selected, object('a/'))).toBe(true);
    expect(isSelected(selected, folder)).toBe(false);
  });

  it('takes single rows out of everything, and puts them in again', () => {
    const all: Selected = { ...nothing, base: 'all' };
    const without = toggled(all, folder);
    expect(isSelected(all, folder)).toBe(true);
    expect(isSelected(without, folder)).toBe(false);
    expect(isSelected(without, object('b'))).toBe(true);
    expect(selectedCount(without, 100_000)).toBe(99_999);
    expect(selectedCount(toggled(without, folder), 100_000)).toBe(100_000);
  });

  it('takes single rows out of a range, and adds others to it', () => {
    const between = betweenRows(view.sort, edgeOf(object('IMG_9000.jpg')), edgeOf(object('IMG_2.jpg')));
    const range: Selected = { ...nothing, base: { view, between, rows: 8999 } };
    const has = (selected: Selected) =>
      ['IMG_1.jpg', 'IMG_2.jpg', 'img_10.jpg', 'IMG_9000.jpg', 'IMG_10000.jpg'].map((key) =>
        isSelected(selected, object(key)),
      );
    expect(has(range)).toEqual([false, true, true, true, false]);
    expect(isSelected(range, folder)).toBe(false);
    const less = toggled(range, object('img_10.jpg'));
    const other = toggled(less, object('IMG_1.jpg'));
    expect(has(other)).toEqual([true, true, false, true, false]);
    expect([less, other, toggled(other, object('img_10.jpg'))].map((one) => selectedCount(one, 20_000))).toEqual([
      8998, 8999, 9000,
    ]);
  });
});

describe('names', () => {
  it('shows what cannot be seen', () => {
    expect(shownName('')).toBe('(no name)');
    expect(shownName('  ')).toBe('"  "');
    expect(shownName('a\nb\u202Egpj.exe')).toBe('a\\u{a}b\\u{202e}gpj.exe');
    expect(shownName('<img src=x onerror=alert(1)>')).toBe('<img src=x onerror=alert(1)>');
  });

  it('takes a prefix apart, with its empty segments', () => {
    expect(segmentsOf('')).toEqual([]);
    expect(segmentsOf('/a//b/')).toEqual([
      { name: '(no name)', prefix: '/' },
      { name: 'a', prefix: '/a/' },
      { name: '(no name)', prefix: '/a//' },
      { name: 'b', prefix: '/a//b/' },
    ]);
  });

  it('hides the folders in the middle when there is no room', () => {
    const segments = segmentsOf('1/2/3/4/5/6/');
    const names = (part: { name: string }[]) => part.map(({ name }) => name).join('');
    const { first, hidden, last } = folded(segments, 4);
    expect([names(first), names(hidden), names(last)]).toEqual(['1', '23', '456']);
    expect(folded(segments.slice(0, 4), 4).hidden).toEqual([]);
    expect(names(folded(segments, 2).hidden)).toBe('2345');
  });

  it('finds the folder that was come from', () => {
    expect(childTowards('a/', 'a/b/c/')).toBe('a/b/');
    expect(childTowards('', 'a/b/')).toBe('a/');
    expect(childTowards('a/b/', 'a/')).toBeNull();
    expect(childTowards('a/', 'a/')).toBeNull();
  });
});

describe('the grid of pictures', () => {
  const space: TileSpace = { width: 600, height: 480, total: 1000, scrollTop: 0, tile: { width: 150, height: 160 } };

  it('draws what is seen, and a little around it', () => {
    expect(layTiles(space)).toEqual({ columns: 4, height: 40_000, from: 0, to: 20, top: 0 });
    expect(layTiles({ ...space, scrollTop: 1600 })).toMatchObject({ from: 32, to: 60, top: 8 * 160 });
    expect(layTiles({ ...space, scrollTop: 99_999 }).to).toBe(1000);
    expect(layTiles({ ...space, total: 0 })).toMatchObject({ from: 0, to: 0, height: 0 });
    expect(layTiles({ ...space, width: 10 }).columns).toBe(1);
  });

  it('scrolls no further than is needed to show one', () => {
    expect(scrollTo(space, 3)).toBeNull();
    expect(scrollTo(space, 12)).toBe(160);
    expect(scrollTo({ ...space, scrollTop: 1600 }, 0)).toBe(0);
  });

  it('reaches the last of two million, which no element is high enough for', () => {
    const many = { ...space, total: 2_000_000 };
    expect(layTiles(many).height).toBe(highest);
    const end = { ...many, scrollTop: highest - space.height };
    expect(layTiles(end).to).toBe(many.total);
    for (const index of [0, 777_777, many.total - 1]) {
      const top = scrollTo(many, index) ?? 0;
      const { from, to } = layTiles({ ...many, scrollTop: top });
      expect(index).toBeGreaterThanOrEqual(from);
      expect(index).toBeLessThan(to);
    }
  });
});
