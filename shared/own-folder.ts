/** The folders that a destination's keys lie in, and what somebody may see of a bucket whose destinations lock them to these. */
import type { Destination, DestinationRules } from './destination.ts';
import { SidelineError } from './errors.ts';
import {
  keyDate,
  objectKey,
  parseKeyTemplate,
  placeholdersOf,
  renderKey,
  type KeyTemplate,
  type KeyValues,
} from './key-template/index.ts';

type Rules = Pick<DestinationRules, 'prefix' | 'keyTemplate' | 'fields' | 'derived' | 'videoStill' | 'originalPrefix'>;

/**
 * Of all that is made of a file: prefixes that end with a slash, none within another; '' is the whole bucket. Each is the prefix
 * and the beginning of the template up to its first part that differs between files or uploads: `sessions/{user_id}/{date:yyyy}`
 * with the destination's own `user_id` is `sessions/7/`. None where the prefix lets no key be made.
 */
export function ownFolders(rules: Rules): string[] {
  const { prefix, keyTemplate, fields, derived, videoStill, originalPrefix } = rules;
  const places = [
    { prefix, keyTemplate },
    ...derived.map((one) => ({ prefix, keyTemplate: one.keyTemplate })),
    ...(videoStill === null ? [] : [{ prefix, keyTemplate: videoStill.keyTemplate }]),
    ...(originalPrefix === null ? [] : [{ prefix: originalPrefix, keyTemplate }]),
  ];
  return outermost(places.flatMap((place) => fixedFolder(place.prefix, place.keyTemplate, fields) ?? []));
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

const date = keyDate(0, 'utc');
/** Nothing that is rendered depends on these. */
const measures = { width: null, height: null };
const anyFile = { relativePath: 'x', date, taken: date, counter: 1, ids: { uuid: 'x', hex8: 'x' }, measures };

/** Null: no key can be made with this prefix. */
function fixedFolder(prefix: string, text: string, fields: KeyValues['fields']): string | null {
  const { parts } = parseKeyTemplate(text);
  const open = parts.findIndex((part) => !isFixed(part, fields));
  const fixed = open === -1 ? parts : parts.slice(0, open);
  // A name at the end, for a key ends with none of its slashes.
  const whole = { text, parts: open === -1 ? fixed : [...fixed, { literal: 'x' }] };
  const key = unlessRefused(() => objectKey(prefix, renderKey(whole, { ...anyFile, fields })));
  return key === null ? null : key.slice(0, key.lastIndexOf('/') + 1);
}

/** The same in every key of the destination: text, or a field that it has a good value for. */
function isFixed(part: KeyTemplate['parts'][number], fields: KeyValues['fields']): boolean {
  if ('literal' in part) return true;
  const alone = { text: '', parts: [part] };
  if (placeholdersOf(alone).some(({ from }) => from !== 'field')) return false;
  return unlessRefused(() => renderKey(alone, { ...anyFile, fields })) !== null;
}

function unlessRefused<T>(make: () => T): T | null {
  try {
    return make();
  } catch (error) {
    if (error instanceof SidelineError) return null;
    throw error;
  }
}

function outermost(folders: readonly string[]): string[] {
  const all = [...new Set(folders)];
  return all.filter((one) => !all.some((other) => other !== one && one.startsWith(other)));
}
