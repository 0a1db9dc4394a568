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

export function canInstall(): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/etc/debian_version');
}

/** For a person to copy. */
export function installCommand(packages: readonly string[]): string {
  return `sudo apt-get install -y --no-install-recommends ${packages.join(' ')}`;
}

/** Rejects with apt's own words. Ask `canInstall` first. */
export async function install(packages: readonly string[]): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-qq'], { env, timeout: 180_000 });
  const names = await Promise.all(packages.map(ownName));
  await run('apt-get', ['install', '-y', '--no-install-recommends', ...names], { env, timeout: 600_000 });
}

/** Later systems call some libraries NAMEt64 (for 64 bits of time); the old name may then mean more than one package. */
async function ownName(name: string): Promise<string> {
  const known = await run('apt-cache', ['pkgnames', `${name}t64`], { timeout: 60_000 });
  return known.split('\n').includes(`${name}t64`) ? `${name}t64` : name;
}
