/** Debian's and Ubuntu's packages that the tests need: installed where that is possible, else named with the command. */
import { existsSync } from 'node:fs';
import { run } from './programs.ts';

/** What Electron links, a font, and a display for machines that have none. */
export const windowPackages = [
  'libgtk-3-0',
  'libnss3',
  'libasound2',
  'libgbm1',
  'libxss1',
  'fonts-dejavu-core',
  'xvfb',
];
/** To make an Electron from npm's packages (npm-electron.ts). */
export const buildPackages = ['unzip', 'g++'];

function canInstall(): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/etc/debian_version');
}

/** For a person to copy. */
function installCommand(packages: readonly string[]): string {
  return `sudo apt-get install -y --no-install-recommends ${packages.join(' ')}`;
}

/**
 * Installs what is missing, where that is possible. Else rejects with a line that says `what` is missing, as the beginning of a
 * sentence, and the command that installs it; behind it apt's own words, where it was tried.
 */
export async function provide(what: string, packages: readonly string[], log: (line: string) => void): Promise<void> {
  const lack = `${what}. To install it (Debian, Ubuntu): ${installCommand(packages)}`;
  if (!canInstall()) throw new Error(lack);
  log(`${what}: installing ${packages.join(' ')} ...`);
  try {
    await install(packages);
  } catch (error) {
    throw new Error(`${lack}\nThis was tried. ${words(error)}`, { cause: error });
  }
}

/** Rejects with apt's own words. Lists that cannot be brought up to date may still be good enough. */
async function install(packages: readonly string[]): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const outdated = await run('apt-get', ['update', '-qq'], { env, timeout: 180_000 }).then(() => '', words);
  try {
    const names = await Promise.all(packages.map(ownName));
    await run('apt-get', ['install', '-y', '--no-install-recommends', ...names], { env, timeout: 1_200_000 });
  } catch (error) {
    throw new Error([outdated, words(error)].filter(Boolean).join('\n'), { cause: error });
  }
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Later systems call some libraries NAMEt64 (for 64 bits of time); the old name may then mean more than one package. */
async function ownName(name: string): Promise<string> {
  const known = await run('apt-cache', ['pkgnames', `${name}t64`], { timeout: 60_000 });
  return known.split('\n').includes(`${name}t64`) ? `${name}t64` : name;
}
