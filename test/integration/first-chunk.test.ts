/** What the window must read before it shows anything: the built page's script and all that it imports at once. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { ensureBuilt } from '../../scripts/build-app.ts';

const root = path.dirname(path.dirname(import.meta.dirname));
const page = path.join(root, 'out', 'renderer');
/** A name that every schema of zod carries; minifying keeps it, for it is a property. */
const mark = '_zod';

/** Files of the page, each once: the script of index.html, and what is imported without waiting. */
async function firstFiles(): Promise<Map<string, string>> {
  const html = await readFile(path.join(page, 'index.html'), 'utf8');
  const texts = new Map<string, string>();
  const wanted = [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+\.js)"/g)].map(([, file]) => file ?? '');
  for (let file = wanted.shift(); file !== undefined; file = wanted.shift()) {
    if (texts.has(file)) continue;
    const text = await readFile(path.join(page, file), 'utf8');
    texts.set(file, text);
    const imports = text.matchAll(/(?:\bfrom|\bimport)\s*["']\.\/([^"']+\.js)["']/g);
    for (const [, name] of imports) wanted.push(`assets/${name ?? ''}`);
  }
  return texts;
}

it('has no zod: main parses, the window does not', async () => {
  await ensureBuilt(console.log);
  const files = await firstFiles();
  expect(files.size).toBeGreaterThan(1);
  expect([...files].filter(([, text]) => text.includes(mark)).map(([name]) => name)).toEqual([]);
  // The mark is still what zod has: else nothing was looked for.
  expect(await readFile(path.join(root, 'node_modules', 'zod', 'v4', 'core', 'core.js'), 'utf8')).toContain(mark);
}, 300_000);
