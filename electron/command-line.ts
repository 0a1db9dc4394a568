/** The files and folders that a start was given. */
import path from 'node:path';

export interface CommandLine {
  argv: readonly string[];
  /** the working directory of that start: absolute */
  cwd: string;
  /** The first argument is the app's own folder: `electron FOLDER ...`, as in a checkout. */
  unpacked: boolean;
}

/** Absolute paths, each once, whether there is anything or not; flags are left out, up to a bare `--`. */
export function pathsOf({ argv, cwd, unpacked }: CommandLine): string[] {
  const given = argv.slice(1);
  const end = given.indexOf('--');
  const flagless = (end === -1 ? given : given.slice(0, end)).filter((one) => !one.startsWith('-') && one !== '');
  const named = [...flagless.slice(unpacked ? 1 : 0), ...(end === -1 ? [] : given.slice(end + 1))];
  return [...new Set(named.map((one) => path.resolve(cwd, one)))];
}
