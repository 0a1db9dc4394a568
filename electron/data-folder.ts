/** Where data lives: the window and the terminal command share it. */
import path from 'node:path';
import envPaths from 'env-paths';

/** An absolute path: the option's, else SIDELINE_DATA_DIR, else the system's place for a program's data. */
export function dataFolder(option: string | undefined, env: Record<string, string | undefined>): string {
  const given = option ?? env.SIDELINE_DATA_DIR;
  return given === undefined || given === '' ? envPaths('sideline', { suffix: '' }).data : path.resolve(given);
}
