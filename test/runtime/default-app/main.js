/**
 * What Electron starts when it is given a folder, in the place of Electron's own default_app.asar, which the runtime made by
 * ../npm-electron.ts lacks: `electron [FLAG...] FOLDER [ARGUMENT...]`.
 */
import { app } from 'electron';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/* global process */

Object.defineProperty(process, 'defaultApp', { value: true, enumerable: true });
const folder = process.argv.slice(1).find((argument) => !argument.startsWith('-'));
if (folder === undefined) {
  process.stderr.write('electron FOLDER [ARGUMENT...]\n');
  app.exit(2);
} else {
  await start(path.resolve(folder));
}

async function start(target) {
  const isScript = /\.[cm]?js$/.test(target);
  const root = isScript ? path.dirname(target) : target;
  const manifest = isScript ? {} : JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const name = manifest.productName ?? manifest.name;
  if (name !== undefined) app.setName(name);
  if (manifest.version !== undefined) app.setVersion(manifest.version);
  app.setAppPath(root);
  try {
    await import(pathToFileURL(isScript ? target : path.resolve(root, manifest.main ?? 'index.js')).href);
  } catch (error) {
    process.stderr.write(`${error.stack}\n`);
    app.exit(1);
  }
}
