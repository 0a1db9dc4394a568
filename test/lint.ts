/** ESLint over everything, in parts: with the types of all of them in one process it needs more memory than Node gives. */
import { allPass, type Check } from './checks.ts';

const parts = ['test/integration', 'renderer', 'test/unit', 'test/e2e'];
const rest = ['.', ...parts.flatMap((part) => ['--ignore-pattern', part])];

/** The largest first: what runs beside it is done when it is. */
export const lint: readonly Check[] = [
  { name: 'Lint of the rest', program: 'eslint/bin/eslint.js', args: ['--max-warnings', '0', ...rest] },
  ...parts.map((part) => ({
    name: `Lint of ${part}`,
    program: 'eslint/bin/eslint.js',
    args: ['--max-warnings', '0', part],
  })),
];

if (import.meta.main && !(await allPass(lint))) process.exitCode = 1;
