/** A selection as the contract takes it. Pure. */
import type { CallInput } from '../../../shared/ipc.ts';
import type { Selection } from '../../stores/doing.ts';

export function chosenOf({
  connectionId,
  keys,
  prefixes,
  listing = null,
}: Selection): CallInput<'objects.copy'>['chosen'] {
  return listing ?? { connectionId, keys, prefixes };
}

/** The folder in which all of it lies, with its slash: as `baseOf` in main. Null: that is not known here. */
export function baseOfNamed({ keys, prefixes, listing = null }: Selection): string | null {
  if (listing !== null) return null;
  let common: string | null = null;
  for (const key of [...keys, ...prefixes.map((prefix) => prefix.replace(/\/$/, ''))]) {
    common ??= folderOf(key);
    while (!key.startsWith(common)) common = folderOf(common.slice(0, -1));
  }
  return common;
}

const folderOf = (key: string) => key.slice(0, key.lastIndexOf('/') + 1);
