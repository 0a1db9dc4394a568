/** What may be done with the objects of a connection, as far as it is known: what the store denied once is not offered again. */
import type { SettingName } from './bucket-check.ts';

export const rights = [
  'list',
  'read',
  'write',
  'delete',
  'list-versions',
  'delete-version',
  'read-tags',
  'write-tags',
  'read-acl',
  'write-acl',
  'list-uploads',
  'abort-uploads',
  'read-settings',
  'write-settings',
] as const;
export type Right = (typeof rights)[number];

/** Of these a connection that is marked read-only has none. */
export const changingRights: ReadonlySet<Right> = new Set<Right>([
  ...(['write', 'delete', 'delete-version', 'write-tags', 'write-acl', 'abort-uploads', 'write-settings'] as const),
]);

/** These are of the bucket, and each setting is allowed or denied by itself. */
export const settingRights: ReadonlySet<Right> = new Set<Right>(['read-settings', 'write-settings']);

/** What the store has denied. */
export interface Denial {
  right: Right;
  /**
   * The folder in which it was, with all below it: a prefix that ends with a slash, or nothing for the whole bucket. A key where
   * others in its folder were not denied.
   */
  folder: string;
  /** Folders below it in which it was done all the same: policies go by prefixes. */
  except: readonly string[];
  /** which of a bucket's settings it is about; null: it is about none */
  setting: SettingName | null;
  /** in words, for a person */
  message: string;
}

/** Why something is not offered for a key or prefix, or for a setting; null: nothing is known against it. */
export function denialOf(
  denials: readonly Denial[],
  right: Right,
  key: string,
  setting: SettingName | null = null,
): Denial | null {
  const isAbout = (one: Denial) =>
    one.right === right &&
    one.setting === setting &&
    (isFolder(one.folder) ? key.startsWith(one.folder) : key === one.folder) &&
    !one.except.some((folder) => key.startsWith(folder));
  return denials.find(isAbout) ?? null;
}

const isFolder = (place: string) => place === '' || place.endsWith('/');

/** `photos/2026/a.jpg` lies in `photos/2026/`. */
export function folderOf(key: string): string {
  return key.slice(0, key.lastIndexOf('/') + 1);
}
