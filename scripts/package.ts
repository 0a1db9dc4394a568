/**
 * Packs the terminal command: dist/sideline-VERSION.tgz, JavaScript that runs without this checkout. It asks npm for nothing; who
 * installs it gets its libraries from the registry, at the versions that are tested here.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import ts from 'typescript';
import { z } from 'zod';

const root = path.dirname(import.meta.dirname);
const dist = path.join(root, 'dist');
const folder = path.join(dist, 'package');
const manifestSchema = z.object({
  name: z.string(),
  version: z.string(),
  description: z.string(),
  license: z.string(),
  scripts: z.object({ sideline: z.string() }),
  dependencies: z.record(z.string(), z.string()),
});

function run(command: string, args: readonly string[], cwd = root): void {
  const { status } = spawnSync(command, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${String(status)}`);
}

function compile(): void {
  const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const emit = ['--noEmit', 'false', '--rewriteRelativeImportExtensions', '--rootDir', '.', '--outDir', folder];
  const project = path.join(root, 'electron', 'tsconfig.package.json');
  run(process.execPath, [tsc, '--project', project, ...emit]);
}

/** Names of the packages that the compiled files import: the window's are not needed without a window. */
function importedPackages(): Set<string> {
  const names = new Set<string>();
  for (const file of globSync('**/*.js', { cwd: folder })) {
    const text = readFileSync(path.join(folder, file), 'utf8');
    for (const { fileName } of ts.preProcessFile(text).importedFiles) {
      if (fileName.startsWith('.') || isBuiltin(fileName)) continue;
      const segments = fileName.startsWith('@') ? 2 : 1; // @scope/name/file or name/file
      names.add(fileName.split('/').slice(0, segments).join('/'));
    }
  }
  return names;
}

/** Started as the npm script starts it: with closer bounds for memory than V8's own. */
function addShebang(command: string): string {
  const file = path.join(folder, 'electron', 'cli.js');
  const options = command.split(' ').filter((word) => word.startsWith('--'));
  writeFileSync(file, `#!/usr/bin/env -S node ${options.join(' ')}\n${readFileSync(file, 'utf8')}`);
  chmodSync(file, 0o755);
  return './electron/cli.js';
}

function writeManifest(): void {
  const manifest = manifestSchema.parse(JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')));
  const { name, version, description, license, scripts } = manifest;
  const used = importedPackages();
  const dependencies = Object.fromEntries(Object.entries(manifest.dependencies).filter(([one]) => used.has(one)));
  const missing = [...used].filter((one) => dependencies[one] === undefined);
  if (missing.length > 0) throw new Error(`not among the dependencies: ${missing.join(', ')}`);
  const packed = {
    ...{ name, version, description, license, type: 'module', bin: { sideline: addShebang(scripts.sideline) } },
    ...{ engines: { node: '>=24' }, dependencies },
  };
  writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(packed, null, 2)}\n`);
}

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
compile();
writeManifest();
for (const file of ['README.md', 'LICENSE']) cpSync(path.join(root, file), path.join(folder, file));
const npm = process.env.npm_execpath;
const [command = 'npm', ...before] = npm === undefined ? ['npm'] : [process.execPath, npm];
run(command, [...before, 'pack', '--silent', '--pack-destination', dist], folder);
const { name, version } = manifestSchema.parse(JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')));
console.log(path.join(dist, `${name}-${version}.tgz`));
