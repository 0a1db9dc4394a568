// Runs a script of this project on the project's own Node, and sets the project up first where that is needed.
//
//   node scripts/run.mjs [SCRIPT [ARGUMENT...]]
//
// Plain JavaScript over Node 20's built-ins: this is what runs before anything is installed.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import module from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const modules = path.join(root, 'node_modules');
const stampFile = path.join(modules, '.sideline-setup');
const pinnedNode = path.join(modules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

// TypeScript is not stripped anew at each start, in threads and children neither: a third faster, and 40 MB less.
const compileCache = (process.env.NODE_COMPILE_CACHE ??= path.join(modules, '.cache', 'compiled'));

/** What is installed must be what the lock file says: its hash is written beside it once `npm ci` has succeeded. */
function lockHash() {
  return createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');
}

function isSetUp() {
  return existsSync(pinnedNode) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === lockHash();
}

/** npm's own script under the Node that runs now: no shell and no npm.cmd, so it is the same on every system. */
function npm(args) {
  const script = process.env.npm_execpath;
  const [command, ...rest] = script && existsSync(script) ? [process.execPath, script, ...args] : ['npm', ...args];
  return spawnSync(command, rest, {
    cwd: root,
    encoding: 'utf8',
    shell: command === 'npm' && process.platform === 'win32',
  });
}

/** One at a time: `npm ci` begins by emptying node_modules, under the feet of another that fills it. */
function setUpAlone() {
  const lock = path.join(root, '.cache', 'setting-up');
  mkdirSync(path.dirname(lock), { recursive: true });
  while (!take(lock)) {
    if (!isRunning(Number(readText(lock)))) rmSync(lock, { force: true });
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  }
  if (!isSetUp()) setUp();
  rmSync(lock, { force: true });
}

function take(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function readText(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // the other one has just ended
  }
}

function isRunning(pid) {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function setUp() {
  const [major] = process.versions.node.split('.').map(Number);
  if (major < 20) fail(`Sideline needs Node 20 or later to set itself up; this is ${process.version}.`);
  process.stderr.write('Setting Sideline up: installing its packages (once, about half a minute) ...\n');
  const started = Date.now();
  const result = npm(['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  if (result.status !== 0) {
    fail(`${result.stdout ?? ''}${result.stderr ?? ''}\nnpm ci failed: see above. Is the npm registry reachable?`);
  }
  if (!existsSync(pinnedNode)) {
    fail(`npm installed no Node in ${path.dirname(pinnedNode)}: allow the install script of the package "node".`);
  }
  writeFileSync(stampFile, lockHash());
  process.stderr.write(`Set up in ${Math.round((Date.now() - started) / 1000)} s.\n`);
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

/** npm changes to the project's folder; the paths that a person gives the terminal command are relative to theirs. */
function returnToCallersFolder() {
  const { npm_lifecycle_event: event, INIT_CWD: folder } = process.env;
  if (event === 'sideline' && folder) process.chdir(folder);
}

/** In this process when it is the pinned Node already (npm puts it first on the PATH), else in a child. */
async function run(script, args) {
  const pinnedVersion = JSON.parse(readFileSync(path.join(modules, 'node', 'package.json'), 'utf8')).version;
  if (process.versions.node === pinnedVersion) {
    module.enableCompileCache(compileCache);
    process.argv.splice(1, process.argv.length - 1, script, ...args);
    await import(pathToFileURL(script).href);
    return;
  }
  const bin = path.join(modules, '.bin');
  const child = spawn(pinnedNode, [...process.execArgv, script, ...args], {
    stdio: 'inherit',
    env: { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH ?? ''}` },
  });
  // A terminal sends Ctrl-C to both; the child decides when to end, and a signal for this process alone is passed on.
  process.on('SIGINT', () => {});
  for (const name of ['SIGTERM', 'SIGHUP']) process.on(name, () => child.kill(name));
  child.on('exit', (code, signal) => {
    process.exitCode = signal ? 1 : (code ?? 1);
  });
}

if (!isSetUp()) setUpAlone();
const [script, ...args] = process.argv.slice(2);
if (script) {
  returnToCallersFolder();
  await run(path.resolve(root, script), args);
}
