/** What may be done with the objects of a connection, as far as it is known: what the store denied once is not offered again. */

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

/** What the store has denied. */
export interface Denial {
  right: Right;
  /** the folder in which it was: a prefix that ends with a slash, or nothing for the whole bucket */
  folder: string;
  /** in words, for a person */
  message: string;
}

/** Why something is not offered for a key or prefix; null: nothing is known against it. */
export function denialOf(denials: readonly Denial[], right: Right, key: string): Denial | null {
  return denials.find((one) => one.right === right && key.startsWith(one.folder)) ?? null;
}

/** `photos/2026/a.jpg` lies in `photos/2026/`. */
export function folderOf(key: string): string {
  return key.slice(0, key.lastIndexOf('/') + 1);
}
