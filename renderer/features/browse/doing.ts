/** What can be done with the rows that are selected: as buttons, menu items and keys have it. */
import { browse } from '../../../shared/strings/browse.ts';
import { attempt } from '../../app/attempt.ts';
import { notify } from '../../components/index.ts';
import { call } from '../../ipc.ts';
import { chosenRows, useBrowse, type ChosenRows } from '../../stores/browse.ts';
import { refusalOf, useRights } from '../../stores/rights.ts';
import { allowedOf, copyTo, download, moveTo, newFolder, remove, removeOldVersions, rename } from '../doing/actions.ts';
import { dayTime } from '../history/words.ts';
import { isObject, type ListRow } from './rows.ts';

export type RowAction = 'download' | 'copyTo' | 'moveTo' | 'rename' | 'remove' | 'removeOldVersions';

const actions: Record<RowAction, (chosen: ChosenRows) => void> = {
  download: (chosen) => download(chosen),
  copyTo,
  moveTo,
  rename,
  remove,
  removeOldVersions,
};

/** Does it, or says why it may not be done; nothing happens where nothing is selected. */
export function act(action: RowAction): void {
  const chosen = chosenRows();
  if (chosen === null) return;
  const refusal = refusalsOf(chosen)[action];
  if (refusal === null) actions[action](chosen);
  else notify('warning', refusal);
}

export const removeChosen = () => act('remove');
export const renameChosen = () => act('rename');

/** of a link that was asked for without a word about it. s */
const linkLife = 86_400;

/** Why a link would not read the object, in words: it may no more than the credentials that it is made with. */
export function refusalOfLink(key: string): string | null {
  return refusalOf(useRights.getState().rights, 'read', key);
}

/** A link that reads the object, into the clipboard: whoever gets it needs no account. */
export function copyLink(row: ListRow): void {
  const { connectionId } = useBrowse.getState();
  if (connectionId === null) return;
  if (!isObject(row)) {
    notify('info', browse.actions.noLink);
    return;
  }
  const refusal = refusalOfLink(row.key);
  if (refusal !== null) {
    notify('warning', refusal);
    return;
  }
  const wanted = { connectionId, key: row.key, lifetime: linkLife, downloadAs: null, versionId: null };
  void attempt(async () => {
    const { expiresAt } = await call('links.read', wanted);
    notify('info', browse.actions.linkCopied(dayTime(expiresAt)));
  });
}

/** Why each may not be done with these rows, in words; null: it may. */
export function refusalsOf(chosen: ChosenRows): Record<RowAction, string | null> {
  return allowedOf(chosen, useRights.getState().rights, useBrowse.getState().prefix);
}

/** Why nothing can be put into the folder that is looked at. */
export function useFolderRefusal(): string | null {
  const prefix = useBrowse((state) => state.prefix);
  return useRights(({ rights }) => refusalOf(rights, 'write', prefix));
}

export function newFolderHere(): void {
  const { connectionId, prefix } = useBrowse.getState();
  if (connectionId !== null) newFolder(connectionId, prefix);
}
