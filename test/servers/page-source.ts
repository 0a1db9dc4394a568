/** A store's pages out of memory: what a listing of 100,000 objects is tested with where real ones would take a minute. */
import type { FoundObject, ListedPage } from '../../electron/admin/browse/list-xml.ts';
import type { PageRequest, PageSource } from '../../electron/admin/browse/pages.ts';

export interface MemoryStore {
  source: PageSource;
  /** requests that were made */
  asked: PageRequest[];
  put(key: string, about?: Partial<FoundObject>): void;
  remove(key: string): void;
  /** What the next requests do before they answer: wait, or throw. */
  before: (request: PageRequest) => Promise<void> | void;
}

/** Lists in the order of UTF-8 bytes, as S3 does. `keys` are put without order. */
export function createMemoryStore(keys: Iterable<string> = [], pageSize = 1000): MemoryStore {
  const objects = new Map<string, FoundObject>();
  let order: string[] | null = null;

  function put(key: string, about: Partial<FoundObject> = {}): void {
    if (!objects.has(key)) order = null;
    objects.set(key, { ...{ key, size: 1, modified: 1000, etag: 'e', storageClass: 'STANDARD' }, ...about });
  }
  for (const key of keys) put(key);

  function list({ prefix, delimiter, next, limit = pageSize }: PageRequest): ListedPage {
    order ??= [...objects.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    const page: ListedPage = { objects: [], folders: [], next: null };
    let at = next === null ? 0 : Number(Object.values(next)[0]);
    for (; at < order.length; at++) {
      const key = order[at] ?? '';
      if (!key.startsWith(prefix)) continue;
      const slash = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
      const folder = key.slice(0, slash + 1);
      if (slash !== -1 && page.folders.at(-1) === folder) continue;
      if (page.objects.length + page.folders.length >= limit) return { ...page, next: { marker: String(at) } };
      const object = objects.get(key);
      if (slash !== -1) page.folders.push(folder);
      else if (object !== undefined) page.objects.push(object);
    }
    return page;
  }

  const store: MemoryStore = {
    asked: [],
    put,
    before: () => undefined,
    remove(key) {
      objects.delete(key);
      order = null;
    },
    async source(request, signal) {
      store.asked.push(request);
      await store.before(request);
      await new Promise((resolve) => setImmediate(resolve)); // a store is never there at once
      signal.throwIfAborted();
      return list(request);
    },
  };
  return store;
}
