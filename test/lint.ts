/** ESLint over everything, a part after another: with the types of all of them in one process it needs more memory than Node gives. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';

const root = path.dirname(import.meta.dirname);
const parts = ['renderer', 'test/e2e', 'test/unit', 'test/integration'];
const rest = ['.', ...parts.flatMap((part) => ['--ignore-pattern', part])];

/** Whether nothing was found; what was is on standard output. */
export function lint(): boolean {
  const eslint = path.join(root, 'node_modules', 'eslint/bin/eslint.js');
  return [...parts.map((part) => [part]), rest].every((files) => {
    const { status } = spawnSync(process.execPath, [eslint, '--max-warnings', '0', ...files], {
      stdio: 'inherit',
      cwd: root,
    });
    return status === 0;
  });
}

if (import.meta.main && !lint()) process.exitCode = 1;
