/**
 * npm run package:app: the app for this system, by electron-builder with electron-builder.yml. What follows `--` goes to it:
 * `npm run package:app -- --dir` makes the app's folder only, without an installer.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { ensureElectron } from '../test/runtime/electron.ts';
import { ensureBuilt } from './build-app.ts';

const root = path.dirname(import.meta.dirname);
const log = (line: string) => process.stderr.write(`${line}\n`);

await ensureBuilt(log);
const { dist, version, journalBinding } = await ensureElectron(log);
// An Electron that is not the pinned one is for trying the packing out: its journal needs an addon that is not packed.
if (journalBinding !== null)
  log(`This app is packed with Electron ${version}, for tests: it is not one to give to people.`);
const builder = path.join(root, 'node_modules', 'electron-builder', 'cli.js');
const { status } = spawnSync(
  process.execPath,
  [builder, '--publish', 'never', `-c.electronDist=${dist}`, `-c.electronVersion=${version}`, ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit' },
);
process.exitCode = status ?? 1;
