/** Which of the actions are offered for a selection, as far as is known before the store is asked. Pure. */
import type { ConnectionRights } from '../../../shared/browse.ts';
import type { Right } from '../../../shared/rights.ts';
import { doing } from '../../../shared/strings/doing.ts';
import type { Selection } from '../../stores/doing.ts';
import { refusalOf } from '../../stores/refusal.ts';

export const actions = ['download', 'copyTo', 'moveTo', 'rename', 'newFolder', 'remove', 'removeOldVersions'] as const;
export type Action = (typeof actions)[number];

const needed: Record<Action, readonly Right[]> = {
  download: ['read'],
  copyTo: ['read'],
  moveTo: ['read', 'delete'],
  rename: ['read', 'write', 'delete'],
  newFolder: ['write'],
  remove: ['delete'],
  removeOldVersions: ['list-versions', 'delete-version'],
};

/**
 * Why each is not offered, in words; null: nothing is known against it. `prefix`: the folder that is looked at, in which everything
 * lies where all of a list is selected, and in which a new folder would be.
 */
export function allowedOf(
  selection: Selection | null,
  rights: ConnectionRights | null,
  prefix = '',
): Record<Action, string | null> {
  const refusal = (action: Action) => {
    const keys = keysOf(action, selection, prefix);
    if (typeof keys === 'string') return keys;
    for (const right of needed[action]) {
      for (const key of keys) {
        const why = refusalOf(rights, right, key);
        if (why !== null) return why;
      }
    }
    return null;
  };
  return {
    download: refusal('download'),
    copyTo: refusal('copyTo'),
    moveTo: refusal('moveTo'),
    rename: refusal('rename'),
    newFolder: refusal('newFolder'),
    remove: refusal('remove'),
    removeOldVersions: refusal('removeOldVersions'),
  };
}

/** What it would touch; or why it can touch nothing. */
function keysOf(action: Action, selection: Selection | null, prefix: string): readonly string[] | string {
  if (action === 'newFolder') return [prefix];
  if (selection === null) return doing.allowed.nothing;
  const { keys, prefixes, listing = null } = selection;
  if (listing !== null) {
    if (action === 'rename') return doing.allowed.one;
    return action === 'removeOldVersions' ? doing.allowed.named : [prefix];
  }
  const all = [...keys, ...prefixes];
  if (all.length === 0) return doing.allowed.nothing;
  return action === 'rename' && all.length > 1 ? doing.allowed.one : all;
}
