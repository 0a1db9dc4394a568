import { CloudCheck } from 'lucide-react';
import { useState } from 'react';
import { formatBytes } from '../../../shared/format.ts';
import { browse } from '../../../shared/strings/browse.ts';
import { Icon } from '../../components/index.ts';
import { nameParts } from '../../list/name-parts.ts';
import { kindIcons } from './kind-icons.tsx';
import { isObject, type ListRow } from './rows.ts';
import { shownName } from './words.ts';

interface TileProps {
  id: string;
  /** its place in the view */
  index: number;
  /** undefined: it is not loaded */
  row: ListRow | undefined;
  total: number;
  /** px */
  height: number;
  /** address of its picture; undefined: there is none, or none yet */
  thumb: string | undefined;
  isSelected: boolean;
  isActive: boolean;
  onPress: (event: MouseEvent) => void;
}

/** One object or folder of the grid: its picture or kind, and its name. */
export function Tile({ id, index, row, total, height, thumb, isSelected, isActive, onPress }: TileProps) {
  return (
    <div
      id={id}
      className="browse-tile"
      role="option"
      aria-selected={isSelected}
      aria-posinset={index + 1}
      aria-setsize={total}
      {...(row === undefined ? { 'aria-label': browse.loading } : {})}
      data-active={isActive || undefined}
      data-kind={row?.kind}
      style={{ height }}
      onClick={(event) => onPress(event.nativeEvent)}
      onContextMenu={(event) => onPress(event.nativeEvent)}
    >
      {row !== undefined && (
        <div className="browse-tile-inside" title={shownName(row.key)}>
          <Picture row={row} thumb={thumb} />
          <Name name={shownName(row.name)} />
          <span className="visually-hidden">{browse.kinds[row.kind]}</span>
          <Facts row={row} />
        </div>
      )}
    </div>
  );
}

/** What cannot be loaded shows what kind it is. */
function Picture({ row, thumb }: { row: ListRow; thumb: string | undefined }) {
  const [failed, setFailed] = useState<string | null>(null);
  const isShown = thumb !== undefined && failed !== thumb;
  return (
    <div className="browse-tile-picture">
      {isShown ? (
        <img src={thumb} alt="" draggable={false} decoding="async" onError={() => setFailed(thumb)} />
      ) : (
        <Icon of={kindIcons[row.kind]} size={36} />
      )}
    </div>
  );
}

/** Where there is no room its middle gives way: the end tells more names apart. */
function Name({ name }: { name: string }) {
  const { folder, head, tail } = nameParts(name);
  return (
    <span className="browse-tile-name">
      <span className="name-head">{folder + head}</span>
      <span className="name-tail">{tail}</span>
    </span>
  );
}

/** Its size, and whether this app sent it. */
function Facts({ row }: { row: ListRow }) {
  if (!isObject(row)) return <span className="browse-tile-facts" />;
  return (
    <span className="browse-tile-facts small muted">
      {row.sent !== null && (
        <>
          <Icon of={CloudCheck} size={12} />
          <span className="visually-hidden">{row.sent.isSame ? browse.list.sent : browse.list.sentOther}</span>
        </>
      )}
      {formatBytes(row.size)}
    </span>
  );
}
