import { readFileSync } from 'node:fs';

/**
 * The flags that Electron needs to start at all on this machine: Chromium's sandbox refuses root, and Linux systems where a program
 * out of a package manager may not make a namespace. The app itself always asks for a sandbox.
 */
export function sandboxFlags(): string[] {
  if (process.platform !== 'linux') return [];
  const isRoot = process.getuid?.() === 0;
  const restricted =
    setting('/proc/sys/kernel/unprivileged_userns_clone') === '0' ||
    setting('/proc/sys/kernel/apparmor_restrict_unprivileged_userns') === '1';
  return isRoot || restricted ? ['--no-sandbox'] : [];
}

/** Null on kernels that do not have it. */
function setting(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return null;
  }
}
