/** The folders that a destination's keys lie in, and what somebody may see of a bucket whose destinations lock them to these. */
import type { Destination } from './destination.ts';
import { fixedPart, fixedText, keyPlaces, unlessRefused, type Placing } from './key-template/fixed-parts.ts';
import { objectKey, parseKeyTemplate, type KeyValues } from './key-template/index.ts';

/**
 * Of all that is made of a file: prefixes that end with a slash, none within another; '' is the whole bucket. Each is the prefix
 * and the beginning of the template up to its first part that differs between files or uploads: `sessions/{user_id}/{date:yyyy}`
 * with the destination's own `user_id` is `sessions/7/`. None where the prefix lets no key be made.
 */
export function ownFolders(rules: Placing): string[] {
  return outermost(keyPlaces(rules).flatMap((one) => fixedFolder(one.prefix, one.keyTemplate, rules.fields) ?? []));
}

/**
 * What whoever looks into this connection sees and changes: null is all. As soon as one of its destinations has `ownFolderOnly`
 * it is the folders of all of its destinations, for each of them is somewhere that these people send files to; only a
 * destination without the lock whose keys begin at the bucket's root opens nothing more, for that would undo the lock.
 */
export function foldersOf(connectionId: number, destinations: readonly Destination[]): string[] | null {
  const own = destinations.filter((one) => one.connectionId === connectionId).map(({ rules }) => rules);
  if (!own.some(({ ownFolderOnly }) => ownFolderOnly)) return null;
  return outermost(own.flatMap((rules) => ownFolders(rules).filter((folder) => rules.ownFolderOnly || folder !== '')));
}

/** Whether a key, or all keys of a prefix, lie in one of these folders. */
export function isWithin(folders: readonly string[] | null, prefix: string): boolean {
  return folders === null || folders.some((folder) => prefix.startsWith(folder));
}

/** Null: no key can be made with this prefix. */
function fixedFolder(prefix: string, text: string, fields: KeyValues['fields']): string | null {
  const { parts } = parseKeyTemplate(text);
  const open = parts.findIndex((part) => fixedPart(part, fields) === null);
  const fixed = open === -1 ? parts : parts.slice(0, open);
  // A name at the end, for a key ends with none of its slashes.
  const whole = { text, parts: open === -1 ? fixed : [...fixed, { literal: 'x' }] };
  const rendered = fixedText(whole, fields);
  const key = rendered === null ? null : unlessRefused(() => objectKey(prefix, rendered));
  return key === null ? null : key.slice(0, key.lastIndexOf('/') + 1);
}

function outermost(folders: readonly string[]): string[] {
  const all = [...new Set(folders)];
  return all.filter((one) => !all.some((other) => other !== one && one.startsWith(other)));
}
