/** Where a text is to be found that should be nowhere: in the memory of the window's page, in what it keeps, and on disk. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright';

/** A place, and which of the texts are in it. */
export type Found = Record<string, string[]>;

/**
 * All strings of the page's heap that are still held (it is cleaned up first), its markup, what is typed into its fields, and
 * what it stores. In a heap snapshot a string is cut after 1,024 characters: longer texts are found by their beginning.
 */
export async function findInPage(window: Page, texts: Readonly<Record<string, string>>): Promise<Found> {
  const kept = await window.evaluate(async () => ({
    markup: document.documentElement.outerHTML,
    fields: [...document.querySelectorAll('input, textarea')].map((one) => (one as HTMLInputElement).value).join('\n'),
    storage: JSON.stringify([localStorage, sessionStorage, await indexedDB.databases()]),
  }));
  return search({ heap: await heapOf(window), ...kept }, texts);
}

async function heapOf(window: Page): Promise<string> {
  const devtools = await window.context().newCDPSession(window);
  const chunks: string[] = [];
  devtools.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(chunk));
  await devtools.send('HeapProfiler.enable');
  await devtools.send('HeapProfiler.collectGarbage');
  await devtools.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  await devtools.detach();
  return chunks.join('');
}

/** Every file below a folder, as bytes: in UTF-8 and in UTF-16, as browsers store some of their texts. */
export async function findInFiles(folder: string, texts: Readonly<Record<string, string>>): Promise<Found> {
  const places: Record<string, string> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const bytes = await readFile(file).catch(() => Buffer.alloc(0)); // the browser's own, gone meanwhile
    places[path.relative(folder, file)] = bytes.toString('latin1');
  }
  const wide = Object.entries(texts).map(([name, text]) => [`${name} (UTF-16)`, latin1(Buffer.from(text, 'utf16le'))]);
  const narrow = Object.entries(texts).map(([name, text]) => [name, latin1(Buffer.from(text))]);
  return search(places, Object.fromEntries([...narrow, ...wide]) as Record<string, string>);
}

const latin1 = (bytes: Buffer) => bytes.toString('latin1');

function search(places: Readonly<Record<string, string>>, texts: Readonly<Record<string, string>>): Found {
  const found = Object.entries(places).map(([place, content]) => {
    const here = Object.entries(texts).filter(([, text]) => content.includes(text.slice(0, 1000)));
    return [place, here.map(([name]) => name)] as const;
  });
  return Object.fromEntries(found.filter(([, names]) => names.length > 0));
}
