import { Download, Files, FolderInput, Pencil, Trash2, X, type LucideIcon } from 'lucide-react';
import { Toolbar } from 'react-aria-components';
import { browse } from '../../../shared/strings/browse.ts';
import { IconButton } from '../../components/index.ts';
import { useRoomForSearch } from '../../list/use-asked-search.ts';
import { chosenRows, selectNothing, useBrowse } from '../../stores/browse.ts';
import { useRights } from '../../stores/rights.ts';
import { act, refusalsOf, type RowAction } from './doing.ts';
import { GreyedButton } from './greyed-button.tsx';
import { selectedCount } from './rows.ts';

const actions: { id: RowAction; icon: LucideIcon }[] = [
  { id: 'download', icon: Download },
  { id: 'copyTo', icon: Files },
  { id: 'moveTo', icon: FolderInput },
  { id: 'rename', icon: Pencil },
  { id: 'remove', icon: Trash2 },
];

/** What can be done with the rows that are selected. */
export function SelectionBar() {
  const { selection, base, total } = useBrowse();
  useRights(({ rights }) => rights);
  useRoomForSearch(selectNothing);
  const count = selectedCount({ selection, base }, total);
  const isEverything = base !== null && count === total;
  const chosen = chosenRows();
  if (chosen === null) return null;
  const refusals = refusalsOf(chosen);
  return (
    <Toolbar className="selection-bar" aria-label={browse.selection.label}>
      <IconButton size="small" icon={X} label={browse.selection.clear} onPress={selectNothing} />
      <span className="selection-count">
        {isEverything ? browse.selection.all(count) : browse.selection.count(count)}
      </span>
      {actions.map(({ id, icon }) => (
        <GreyedButton key={id} icon={icon} refusal={refusals[id]} onPress={() => act(id)}>
          {browse.actions[id]}
        </GreyedButton>
      ))}
    </Toolbar>
  );
}
