/** The files and folders that a start was given. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export interface CommandLine {
  argv: readonly string[];
  /** the working directory of that start: absolute */
  cwd: string;
  /** The first argument is the app's own folder: `electron FOLDER ...`, as in a checkout. */
  unpacked: boolean;
}

/**
 * Absolute paths, each once, whether there is anything or not; flags are left out, up to a bare `--`. Desktops of Linux may give
 * file:// URLs: https://specifications.freedesktop.org/desktop-entry-spec/latest/exec-variables.html
 */
export function pathsOf({ argv, cwd, unpacked }: CommandLine): string[] {
  const given = argv.slice(1);
  const end = given.indexOf('--');
  const flagless = (end === -1 ? given : given.slice(0, end)).filter((one) => !one.startsWith('-') && one !== '');
  const named = [...flagless.slice(unpacked ? 1 : 0), ...(end === -1 ? [] : given.slice(end + 1))];
  return [...new Set(named.map((one) => path.resolve(cwd, one.startsWith('file://') ? pathOf(one) : one)))];
}

/** What is no such URL stays as it is: then nothing is there. */
function pathOf(url: string): string {
  try {
    return fileURLToPath(url);
  } catch {
    return url;
  }
}
