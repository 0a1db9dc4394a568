/** What is under one prefix of a bucket: loaded page by page, kept in memory, and kept right by what this app does there. */
import { asSidelineError, reasonOf, type Reason } from '../../../shared/errors.ts';
import type { BrowseStatus } from '../../../shared/browse.ts';
import { fold } from '../../../shared/natural-order.ts';
import type { FoundObject } from './list-xml.ts';
import { createContest } from './contest.ts';
import { allPages, type PageSource } from './pages.ts';
import { createRecheck } from './recheck.ts';
import { createRows, type Rows } from './rows.ts';

export interface ContentOptions {
  source: PageSource;
  /** '': the whole bucket */
  prefix: string;
  /** null: its folders and objects; else all objects below it that have this in what follows the prefix, without folders */
  search: string | null;
  /** A page may look different. May be called very often. */
  onChange(): void;
}

export type Content = ReturnType<typeof createContent>;

/** More would need gigabytes. */
const mostRows = 2_000_000;

interface Load {
  rows: Rows;
  marker: FoundObject | null;
  scanned: number;
  state: Exclude<BrowseStatus['state'], 'failed'>;
  /** of objects that were put or removed while it was loaded: a page may be older */
  told: Set<string>;
}

/** Begins to load at once. `stop` ends it. */
export function createContent({ source, prefix, search, onChange }: ContentOptions) {
  const stopped = new AbortController();
  const wanted = search === null ? null : fold(search);
  const where = { prefix, delimiter: search === null ? '/' : '' } as const;
  let revision = 0;
  let problem: Reason | null = null;
  let shown = newLoad();
  /** in its place when it is complete */
  let coming: Load | null = null;
  let loading = false;
  let again = false;

  function changed(): void {
    revision += 1;
    onChange();
  }

  const isContested = createContest();
  const recheck = createRecheck({
    look: async (key) => (await source({ prefix: key, delimiter: '', next: null, limit: 1 }, stopped.signal)).objects,
    learn(key, first) {
      if (search === null && key.endsWith('/')) putFolder(key.slice(prefix.length), first !== null);
      else if (first?.key === key) putObject(first);
      else removeObject(key);
    },
    loadAll: refresh,
  });

  function takeIn(load: Load, objects: readonly FoundObject[], folders: readonly string[]): void {
    for (const key of folders) if (key.startsWith(prefix)) load.rows.putFolder(key.slice(prefix.length));
    for (const object of objects) if (!load.told.has(object.key)) place(load, object);
  }

  function place(load: Load, object: FoundObject): void {
    if (!object.key.startsWith(prefix)) return;
    if (object.key === prefix && search === null) load.marker = object;
    else if (isWanted(object.key)) load.rows.putObject(named(object));
  }

  const isWanted = (key: string) => wanted === null || fold(key.slice(prefix.length)).includes(wanted);
  const named = (object: FoundObject) => ({ ...object, name: object.key.slice(prefix.length) });

  async function fill(load: Load): Promise<void> {
    for await (const page of allPages(source, where, stopped.signal)) {
      takeIn(load, page.objects, page.folders);
      load.scanned += page.objects.length + page.folders.length;
      if (load === shown) changed();
      while (load.rows.settle()) await turn();
      const { objects, folders } = load.rows.sums();
      if (objects + folders < mostRows) continue;
      load.state = 'full';
      return;
    }
    load.state = 'complete';
  }

  async function load(): Promise<void> {
    loading = true;
    problem = null;
    const fresh = coming ?? shown;
    try {
      await fill(fresh);
      shown = fresh;
    } catch (error) {
      if (stopped.signal.aborted) return;
      problem = reasonOf(asSidelineError(error));
    } finally {
      coming = null;
      loading = false;
      changed();
    }
    if (again) refresh();
  }

  /** From the beginning; until all is there, what is shown stays. Asked for while it is loaded, it is done once more after it. */
  function refresh(): void {
    again = loading;
    if (loading || stopped.signal.aborted) return;
    coming = newLoad();
    void load();
    changed();
  }

  const loads = () => (coming === null || coming === shown ? [shown] : [shown, coming]);

  function putObject(object: FoundObject): void {
    for (const one of loads()) {
      if (loading) one.told.add(object.key);
      place(one, object);
    }
    changed();
  }

  function removeObject(key: string): void {
    for (const one of loads()) {
      if (loading) one.told.add(key);
      if (key === prefix && search === null) one.marker = null;
      else one.rows.remove(key.slice(prefix.length));
    }
    changed();
  }

  function putFolder(name: string, isThere: boolean): void {
    for (const { rows } of loads()) {
      if (isThere) rows.putFolder(name);
      else rows.remove(name);
    }
    changed();
  }

  /** The folder of this listing in which a key lies; null: it is one of its own objects. */
  function folderOf(key: string): string | null {
    const slash = search === null ? key.indexOf('/', prefix.length) : -1;
    return slash === -1 ? null : key.slice(prefix.length, slash + 1);
  }

  const status = (): Omit<BrowseStatus, 'listingId'> => ({
    ...{ revision, problem, ...shown.rows.sums(), scanned: shown.scanned },
    state: problem !== null && shown.state === 'loading' ? 'failed' : shown.state,
    refreshing: coming !== null,
    marker: shown.marker === null ? null : { key: prefix, size: shown.marker.size, modified: shown.marker.modified },
  });

  void load();
  return {
    status,
    refresh,
    /** Those that are shown now: a refresh has others. */
    rows: () => shown.rows,

    /** These are there now. */
    put(objects: readonly FoundObject[]): void {
      for (const object of objects) {
        if (!object.key.startsWith(prefix)) continue;
        const folder = folderOf(object.key);
        if (isContested(object.key)) recheck.add(prefix + (folder ?? object.key.slice(prefix.length)));
        if (folder === null) putObject(object);
        else if (!shown.rows.has(folder)) putFolder(folder, true);
      }
    },

    /** These are there no more. */
    removed(keys: readonly string[]): void {
      for (const key of keys) {
        if (!key.startsWith(prefix)) continue;
        const folder = folderOf(key);
        if (isContested(key)) recheck.add(prefix + (folder ?? key.slice(prefix.length)));
        if (folder === null) removeObject(key);
        else recheck.add(prefix + folder); // there may be others in it
      }
    },

    /** Something was done to these keys, or below these prefixes: the store is asked what is there now. */
    touched(keys: readonly string[]): void {
      for (const key of keys) {
        isContested(key);
        if (prefix.startsWith(key)) refresh();
        else if (key.startsWith(prefix)) recheck.add(prefix + (folderOf(key) ?? key.slice(prefix.length)));
      }
    },

    stop(): void {
      stopped.abort();
      recheck.stop();
    },
  };
}

function newLoad(): Load {
  return { rows: createRows(), marker: null, scanned: 0, state: 'loading', told: new Set() };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
