/** A listing at its own border: pages go in, rows of any view come out. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { parseListing } from '../../electron/admin/browse/list-xml.ts';
import { createListing, type ListedRow, type Listing } from '../../electron/admin/browse/listing.ts';
import { allPages } from '../../electron/admin/browse/pages.ts';
import { createRows } from '../../electron/admin/browse/rows.ts';
import { edgeOf, withId } from '../../renderer/features/browse/rows.ts';
import { betweenRows, compareRows } from '../../shared/browse-order.ts';
import { browseSortColumns, type BrowseRow, type BrowseView } from '../../shared/browse.ts';
import { SidelineError } from '../../shared/errors.ts';
import { slowness } from '../pace.ts';
import { createMemoryStore, type MemoryStore } from '../servers/page-source.ts';
import { seededRandom } from '../servers/random.ts';

const byName: BrowseView = { search: '', kinds: [], sort: { by: 'name', descending: false } };
const view = (of: Partial<BrowseView>): BrowseView => ({ ...byName, ...of });
const by = (column: BrowseView['sort']['by'], descending = false) => view({ sort: { by: column, descending } });

describe('a listing', () => {
  let listing: Listing | null = null;
  let changes = 0;
  afterEach(() => {
    listing?.stop();
    listing = null;
  });

  function open(store: MemoryStore, prefix = '', search: string | null = null): Listing {
    changes = 0;
    listing = createListing({ source: store.source, prefix, search, onChange: () => (changes += 1) });
    return listing;
  }
  const complete = (of: Listing) =>
    expect
      .poll(() => [of.status().state, of.status().refreshing], { interval: 5, timeout: 10_000 })
      .toEqual(['complete', false]);
  const names = (of: Listing, wanted = byName, offset = 0, limit = 500) =>
    of.page(wanted, offset, limit).rows.map(({ name }) => name);

  it('shows folders before objects, names as people sort them, whichever way it is sorted', async () => {
    const store = createMemoryStore(['p/IMG_10.jpg', 'p/IMG_9.jpg', 'p/b/x', 'p/a/y', 'p/a10/z', 'p/a9/z', 'q']);
    store.put('p/Äpfel.txt', { size: 500, modified: 10 });
    const of = open(store, 'p/');
    await complete(of);
    expect(names(of)).toEqual(['a/', 'a9/', 'a10/', 'b/', 'Äpfel.txt', 'IMG_9.jpg', 'IMG_10.jpg']);
    expect(names(of, by('name', true))).toEqual(['b/', 'a10/', 'a9/', 'a/', 'IMG_10.jpg', 'IMG_9.jpg', 'Äpfel.txt']);
    expect(names(of, by('size', true)).slice(4)).toEqual(['Äpfel.txt', 'IMG_10.jpg', 'IMG_9.jpg']);
    expect(names(of, by('modified')).slice(4)).toEqual(['Äpfel.txt', 'IMG_9.jpg', 'IMG_10.jpg']);
    expect(names(of, by('type')).slice(4)).toEqual(['IMG_9.jpg', 'IMG_10.jpg', 'Äpfel.txt']);
    expect(names(of, view({ search: 'apfel' }))).toEqual(['Äpfel.txt']);
    expect(names(of, view({ kinds: ['folder'] }))).toHaveLength(4);
    expect(names(of, view({ kinds: ['image'], search: '_1' }))).toEqual(['IMG_10.jpg']);
    expect(of.status()).toMatchObject({ objects: 3, folders: 4, bytes: 502, scanned: 7, marker: null });
  });

  it('lists hostile keys to the letter, each once', async () => {
    const keys = ['../../x', '..', '.', '<img onerror>', 'a\u202Egpj.exe', 'n\new', 'a//b', '//c', 'é'.repeat(512), 'd/', 'd/e', '\u0001', 'a\0b', 'A', 'a']; // prettier-ignore
    const of = open(createMemoryStore(keys, 1));
    await complete(of);
    expect(names(of).toSorted()).toEqual(['../', '..', '.', '<img onerror>', 'a\u202Egpj.exe', 'n\new', 'a/', '/', 'é'.repeat(512), 'd/', '\u0001', 'a\0b', 'A', 'a'].toSorted()); // prettier-ignore
    const inner = open(createMemoryStore(keys), 'd/');
    await complete(inner);
    expect(inner.page(byName, 0, 10).rows).toMatchObject([{ key: 'd/e', name: 'e' }]);
    expect(inner.status().marker).toMatchObject({ key: 'd/' });
    const twice = open(createMemoryStore(keys), 'a/');
    await complete(twice);
    expect(twice.page(byName, 0, 10).rows).toMatchObject([{ key: 'a//', name: '/' }]);
  });

  it('finds what is below a prefix, in any case, and keeps nothing else', async () => {
    const store = createMemoryStore(['p/a/Final.JPG', 'p/b/final/x.mp4', 'p/c.txt', 'final.jpg', 'p/finals/']);
    const of = open(store, 'p/', 'FINAL');
    await complete(of);
    expect(names(of)).toEqual(['a/Final.JPG', 'b/final/x.mp4', 'finals/']);
    expect(of.status()).toMatchObject({ objects: 3, folders: 0, scanned: 4 });
    expect(store.asked.every(({ delimiter }) => delimiter === '')).toBe(true);
  });

  it('shows the first page while the next is on its way, and says what went wrong after it', async () => {
    const store = createMemoryStore(Array.from({ length: 2500 }, (_, at) => `k${at}`));
    let open2: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (open2 = resolve));
    store.before = async ({ next }) => {
      if (next !== null) await gate;
      if (store.asked.length === 3) throw new SidelineError('offline');
    };
    const of = open(store);
    await expect.poll(() => of.page(byName, 0, 10).total).toBe(1000);
    expect(store.asked).toHaveLength(2);
    expect(of.status().state).toBe('loading');
    open2();
    await expect.poll(() => of.status().state).toBe('failed');
    expect(of.status()).toMatchObject({ objects: 2000, problem: { kind: 'offline' } });
    store.before = () => undefined;
    of.refresh();
    await complete(of);
    expect(of.status()).toMatchObject({ objects: 2500, problem: null });
  });

  it('keeps what is shown until it is loaded anew', async () => {
    const store = createMemoryStore(['a', 'b']);
    const of = open(store);
    await complete(of);
    store.remove('a');
    store.put('c');
    of.refresh();
    of.refresh(); // meanwhile: once more after it
    expect(of.status().refreshing).toBe(true);
    expect(names(of)).toEqual(['a', 'b']);
    await expect.poll(() => store.asked.length).toBe(3);
    await complete(of);
    expect(names(of)).toEqual(['b', 'c']);
  });

  it('follows what this app puts and removes, without loading it again', async () => {
    const store = createMemoryStore(['p/a', 'p/f/1', 'p/f/2', 'p/g/1']);
    const of = open(store, 'p/');
    await complete(of);
    const object = { size: 7, modified: 5, etag: 'x', storageClass: '' };
    of.put([{ key: 'p/b', ...object }, { key: 'p/new/deep/1', ...object }, { key: 'p/a', ...object }, { key: 'elsewhere', ...object }]); // prettier-ignore
    expect(names(of)).toEqual(['f/', 'g/', 'new/', 'a', 'b']);
    expect(of.status()).toMatchObject({ objects: 2, bytes: 14, folders: 3 });
    of.removed(['p/b', 'elsewhere']);
    expect(names(of)).toEqual(['f/', 'g/', 'new/', 'a']);
    // Of folders only the store knows whether anything is left in them.
    store.remove('p/f/1');
    store.remove('p/g/1');
    of.removed(['p/f/1', 'p/g/1']);
    await expect.poll(() => names(of)).toEqual(['f/', 'new/', 'a']);
    store.put('p/copied', { size: 99 });
    store.remove('p/a');
    of.touched(['p/copied', 'p/a']);
    await expect.poll(() => names(of)).toEqual(['f/', 'new/', 'copied']);
    expect(of.status().bytes).toBe(99);
    expect(store.asked.map(({ prefix }) => prefix)).toEqual(['p/', 'p/b', 'p/f/', 'p/g/', 'p/copied', 'p/a']);
  });

  it('is loaded anew where more was touched than can be asked for one by one', async () => {
    const store = createMemoryStore(['p/a']);
    const of = open(store, 'p/');
    await complete(of);
    const keys = Array.from({ length: 100 }, (_, at) => `p/${at}`);
    keys.forEach((key) => store.put(key));
    of.touched(keys);
    await expect.poll(() => of.status().objects).toBe(101);
    expect(store.asked).toHaveLength(2);
    store.put('p/z');
    of.touched(['']); // all of the bucket
    await expect.poll(() => of.status().objects).toBe(102);
  });

  it('does not bring back what was removed while it was loaded', async () => {
    const store = createMemoryStore(['a', 'b']);
    let open2: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (open2 = resolve));
    const of = open(store);
    await complete(of);
    store.before = () => gate;
    of.refresh();
    of.removed(['a']);
    open2();
    await complete(of);
    expect(names(of)).toEqual(['b']);
  });

  it('keeps what was put while it was loaded, though a page is older', async () => {
    const store = createMemoryStore(['a']);
    const gate = Promise.withResolvers<undefined>();
    const of = open(store);
    await complete(of);
    store.before = () => gate.promise;
    of.refresh();
    of.put([{ key: 'a', size: 7, modified: 5, etag: 'new', storageClass: '' }]);
    gate.resolve(undefined);
    await complete(of);
    expect(of.page(byName, 0, 1).rows).toMatchObject([{ size: 7, etag: 'new' }]);
  });

  it('asks the store where it hears two things of a key at once', async () => {
    const store = createMemoryStore(['p/kept', 'p/back']);
    const of = open(store, 'p/');
    await complete(of);
    // It was moved away and copied back, and the word of the first comes last.
    of.touched(['p/back']);
    of.removed(['p/back']);
    await expect.poll(() => names(of)).toEqual(['back', 'kept']);
    // It was asked about just before it was removed.
    const gate = Promise.withResolvers<undefined>();
    store.before = () => gate.promise;
    of.touched(['p/kept']);
    const asked = store.asked.length;
    await expect.poll(() => store.asked.length).toBe(asked + 1);
    of.removed(['p/kept']);
    gate.resolve(undefined);
    await expect.poll(() => names(of)).toContain('kept'); // the answer is older
    store.remove('p/kept');
    await expect.poll(() => names(of)).toEqual(['back']);
  });

  it('finds its rows again, and what was selected in it', async () => {
    const store = createMemoryStore(['p/f/1', 'p/a', 'p/b', 'p/c', 'p/c/']);
    const of = open(store, 'p/');
    await complete(of);
    expect(of.placeOf(byName, 'p/f/')).toBe(1);
    expect(of.placeOf(by('name', true), 'p/a')).toBe(4);
    expect(of.placeOf(view({ search: 'b' }), 'p/a')).toBeNull();
    const some = of.selected({ rows: { keys: ['p/a', 'p/c', 'gone', 'p/a'], prefixes: ['p/c/'] } });
    expect([...some.objects].map(({ key }) => key)).toEqual(['p/a', 'p/c']);
    expect(some).toMatchObject({ count: 2, bytes: 2, prefixes: ['p/c/'] });
    const rest = of.selected({ view: by('name'), except: { keys: ['p/b'], prefixes: ['p/f/'] } });
    expect([...rest.objects].map(({ key }) => key)).toEqual(['p/a', 'p/c']);
    expect(rest.prefixes).toEqual(['p/c/']);
  });

  it('is selected from any row to any other of any view, as the window sees it', async () => {
    const random = seededRandom('admin-ranges');
    const store = createMemoryStore(['p/dir 1/x', 'p/dir 10/x', 'p/Dir 2/x', 'p/dir 2/x']);
    const stems = [
      'IMG_9',
      'img_9',
      'IMG_09',
      'Äpfel',
      'apfel',
      'Apfel ',
      'a',
      'a!',
      'dir 1',
      '😀',
      'ﬁn',
      '\uffee',
      'שלום',
    ];
    for (let at = 0; at < 400; at++) {
      const name = `${random.pick(stems)}${random.pick(['', '_', ' '])}${random.below(120)}${random.pick(['', '.JPG', '.mov', '.odd'])}`; // prettier-ignore
      store.put(`p/${name}`, { size: random.below(9), modified: random.below(9) });
    }
    const of = open(store, 'p/');
    await complete(of);
    for (const column of browseSortColumns) {
      for (const descending of [false, true]) {
        const wanted = view({ ...by(column, descending), search: random.pick(['', 'a', '9']) });
        const { rows } = of.page(wanted, 0, 500);
        const edges = rows.map((row) => edgeOf(withId(shown(row))));
        const sorted = edges.toSorted((one, other) => compareRows(wanted.sort, one, other));
        expect(sorted.map(({ name }) => name)).toEqual(rows.map(({ name }) => name));
        const [from, to, within, outside] = [random.below(20), 30 + random.below(20), 25, 55];
        const [one, other] = [edges[from], edges[to]];
        if (one === undefined || other === undefined) throw new Error('the rows are too few');
        const picked = [rows[within]?.key ?? '', rows[outside]?.key ?? ''];
        const selected = of.selected({
          ...{ view: wanted, between: betweenRows(wanted.sort, other, one) },
          otherwise: { keys: picked, prefixes: [] },
        });
        const meant = rows.filter((_, at) => at === outside || (at >= from && at <= to && at !== within));
        const keys = [...[...selected.objects].map(({ key }) => key), ...selected.prefixes];
        expect(keys.toSorted()).toEqual(meant.map(({ key }) => key).toSorted());
      }
    }
  });

  it('stays selected as a range where its ends go, and where rows come between', async () => {
    const store = createMemoryStore(['a1', 'a2', 'a3', 'a4', 'a5', 'a6']);
    const of = open(store);
    await complete(of);
    const edge = (name: string) => ({ name, isFolder: false, size: 1, modified: 1000, type: '' });
    const between = { from: edge('a2'), to: edge('a5') };
    of.removed(['a2', 'a5']);
    of.put([{ key: 'a3b', size: 1, modified: 5, etag: 'x', storageClass: '' }]);
    const { objects } = of.selected({ view: byName, between, otherwise: { keys: ['a2', 'gone'], prefixes: [] } });
    expect([...objects].map(({ key }) => key)).toEqual(['a3', 'a3b', 'a4']);
  });

  /** Of a view that nobody has asked for before. ms */
  function pageTime(of: Listing, wanted: BrowseView, kinds: number): number {
    const fresh = {
      ...wanted,
      kinds: kinds === 0 ? wanted.kinds : [...wanted.kinds, 'image' as const, 'video' as const],
    };
    const began = performance.now();
    expect(of.page(fresh, 20_000, 200).total).toBeGreaterThan(0);
    return performance.now() - began;
  }

  it('of 100,000 keys answers each page within 50 ms, and holds up nothing', async () => {
    const random = seededRandom('admin-listing');
    const store = createMemoryStore();
    for (let at = 0; at < 100_000; at++)
      store.put(`e/IMG_${at}.${at % 3 === 0 ? 'mov' : 'JPG'}`, {
        size: random.below(1e9),
        modified: random.below(1e12),
      });
    store.before = () => sleep(10); // a store that is near
    const of = open(store, 'e/');
    await expect.poll(() => of.page(byName, 0, 100).total).toBeGreaterThan(0);
    const turns = watchTurns();
    await complete(of);
    const views = [
      byName,
      by('size', true),
      by('modified'),
      by('type'),
      view({ search: '77' }),
      view({ kinds: ['video'] }),
    ];
    const took = views.map((wanted) => Math.min(...[0, 1].map((offset) => pageTime(of, wanted, offset))));
    const busy = turns.end().filter((ms) => ms > 0.5);
    const p99 = busy[Math.floor(busy.length * 0.99)] ?? 0;
    console.log(
      `pages of 100,000 in ${took.map((ms) => ms.toFixed(1)).join(', ')} ms; the loop held for ${p99.toFixed(1)} ms at p99`,
    );
    const slow = slowness();
    expect(Math.max(...took)).toBeLessThan(50 * slow);
    expect(p99).toBeLessThan(25 * slow);
    expect(names(of, byName, 9_999, 1)).toEqual(['IMG_9999.mov']);
    const sizes = of.page(by('size'), 40_000, 500).rows.map(({ size }) => size);
    expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
  });
});

/** As the window has it. */
function shown({ key, name, size, modified, type, etag, storageClass, kind }: ListedRow): BrowseRow {
  if (kind === 'folder') return { kind, key, name: name.slice(0, -1) };
  return { kind, key, name, size, modified, etag, storageClass, type, sent: null };
}

/** How long each turn of the loop computes, in ms upwards: what others do on this machine meanwhile is not in it. */
function watchTurns(): { end(): number[] } {
  const turns: number[] = [];
  let isOn = true;
  const spent = () => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1000;
  };
  let last = spent();
  setImmediate(function next() {
    const now = spent();
    turns.push(now - last);
    last = now;
    if (isOn) setImmediate(next);
  });
  return {
    end() {
      isOn = false;
      return turns.toSorted((a, b) => a - b);
    },
  };
}

describe('rows', () => {
  it('are what a plain map and a plain sort make of any order of puts and removals', () => {
    const random = seededRandom('admin-rows');
    const rows = createRows();
    const model = new Map<string, number>();
    for (let step = 0; step < 5000; step++) {
      const name = `n${random.below(800)}${random.below(5) === 0 ? '/' : ''}`;
      if (random.below(3) === 0) expect(rows.remove(name)).toBe(model.delete(name));
      else if (name.endsWith('/')) {
        expect(rows.putFolder(name)).toBe(!model.has(name));
        model.set(name, 0);
      } else {
        const size = random.below(1000);
        expect(rows.putObject({ name, size, modified: 0, etag: '', storageClass: '' })).toBe(model.get(name) !== size);
        model.set(name, size);
      }
      if (random.below(50) === 0) while (rows.settle());
    }
    const expected = [...model].sort(([a, x], [b, y]) => rank(a) - rank(b) || x - y || natural(a, b));
    const found = rows.find(by('size'));
    expect([...found.rows].map((at) => [rows.row(at).name, rows.row(at).size])).toEqual(expected);
    const folders = expected.filter(([name]) => name.endsWith('/'));
    expect(found.folders).toBe(folders.length);
    const bytes = expected.reduce((sum, [, size]) => sum + size, 0);
    expect(rows.sums()).toEqual({ folders: folders.length, objects: expected.length - folders.length, bytes });
  });
  const rank = (name: string) => (name.endsWith('/') ? 0 : 1);
  const { compare: natural } = new Intl.Collator('en', { numeric: true });
});

describe('what stores answer', () => {
  const answer = (inside: string) => `<?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${inside}</ListBucketResult>`; // prettier-ignore
  const contents = (key: string) => `<Contents><Key>${key}</Key><LastModified>2026-01-02T03:04:05.678Z</LastModified><ETag>&quot;abc-2&quot;</ETag><Size>5</Size><StorageClass>GLACIER</StorageClass></Contents>`; // prettier-ignore

  it('is decoded only where the store says that it encoded it', () => {
    const encoded = '<EncodingType>url</EncodingType>';
    const keys = (text: string) => parseListing(answer(text)).objects.map(({ key }) => key);
    expect(keys(encoded + contents('a+b%2Bc%20d%25') + contents('%01%0D'))).toEqual(['a b+c d%', '\u0001\r']);
    expect(keys(contents('a+b%2B') + contents('&lt;&#x41;&#13;&amp;amp;'))).toEqual(['a+b%2B', '<A\r&amp;']);
    expect(keys(encoded + contents('%ff%41'))).toEqual(['\ufffdA']);
    expect(parseListing(answer(contents('a'))).objects).toEqual([
      { key: 'a', size: 5, modified: Date.UTC(2026, 0, 2, 3, 4, 5, 678), etag: 'abc-2', storageClass: 'GLACIER' },
    ]);
    const folders = `${encoded}<CommonPrefixes><Prefix>run+books%2F</Prefix></CommonPrefixes>`;
    expect(parseListing(answer(folders)).folders).toEqual(['run books/']);
  });

  it('says where it goes on, by token or by marker, or is refused', () => {
    const next = (text: string) => parseListing(answer(text)).next;
    expect(next('<IsTruncated>false</IsTruncated><NextContinuationToken>x</NextContinuationToken>')).toBeNull();
    expect(next('<IsTruncated>true</IsTruncated><NextContinuationToken>a&amp;b</NextContinuationToken>')).toEqual({
      'continuation-token': 'a&b',
    });
    expect(next('<IsTruncated>true</IsTruncated><NextMarker>m</NextMarker>')).toEqual({ marker: 'm' });
    expect(next(`<IsTruncated>true</IsTruncated>${contents('k1')}${contents('k2')}`)).toEqual({ marker: 'k2' });
    expect(() => next('<IsTruncated>true</IsTruncated>')).toThrow(/does not say where/);
    expect(() => parseListing('<html>Welcome</html>')).toThrow(/no list/);
    expect(() => parseListing(answer('<Contents><Key>a'))).toThrow(/breaks off/);
  });

  it('is refused where it goes round in a circle', async () => {
    const source = () => Promise.resolve({ objects: [], folders: [], next: { marker: 'same' } });
    const all = allPages(source, { prefix: '', delimiter: '' }, new AbortController().signal);
    await expect(Array.fromAsync(all)).rejects.toThrow(/does not go on/);
  });
});
