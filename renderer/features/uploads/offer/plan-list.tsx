import { Ban, RotateCcw, Send, X } from 'lucide-react';
import { lazy, Suspense, useEffect, useRef } from 'react';
import { Toolbar } from 'react-aria-components';
import { uploads } from '../../../../shared/strings/uploads.ts';
import type { PlanView } from '../../../../shared/upload-plan.ts';
import { Button, Chips, IconButton, MenuButton, SearchField } from '../../../components/index.ts';
import { pick, showPlan, usePlanList } from './plan-list-store.ts';

// The grid is large, and comes when somebody wants to see every file.
const PlanFiles = lazy(async () => ({ default: (await import('./plan-files.tsx')).PlanFiles }));

const words = uploads.offer.list;
const shows = Object.keys(words.shows) as PlanView['show'][];

export interface PlanListProps {
  offerId: string;
  revision: number;
  /** of the chosen destinations, by id, in their order; none where files go up as they are */
  names: ReadonlyMap<number, string>;
  /** These go elsewhere than the rules say; null: nowhere; undefined: as the rules say. */
  onPlace: (paths: ReadonlySet<string>, to: number | null | undefined) => void;
}

/** Every file of the plan, and what becomes of it; those that are selected can be placed by hand. */
export function PlanList({ offerId, revision, names, onPlace }: PlanListProps) {
  const picked = usePlanList((state) => state.picked);
  const nothing = usePlanList(({ total }) => total === 0);
  const canPlace = names.size > 0;
  const box = useRef<HTMLElement>(null);
  useEffect(() => box.current?.scrollIntoView({ block: 'nearest' }), []);
  const place = (to: number | null | undefined) => {
    onPlace(new Set(usePlanList.getState().picked.values()), to);
    pick(new Map(), null);
  };
  return (
    <section ref={box} className="offer-list card" aria-label={words.title}>
      <div className="list-toolbar">
        {canPlace && picked.size > 0 ? (
          <SelectionBar paths={new Set(picked.values()).size} names={names} onPlace={place} />
        ) : (
          <Filters names={names} />
        )}
      </div>
      <div className="files-body">
        <Suspense fallback={null}>
          <PlanFiles
            {...{ offerId, revision, names }}
            onLeaveOut={() => {
              if (canPlace) place(null);
            }}
          />
        </Suspense>
        {nothing && (
          <div className="files-nothing">
            <p className="muted">{words.nothing}</p>
          </div>
        )}
      </div>
    </section>
  );
}

function Filters({ names }: Pick<PlanListProps, 'names'>) {
  const { show, destinationId, search } = usePlanList((state) => state.view);
  return (
    <>
      <Chips
        label={words.show}
        value={show}
        onChange={(next) => showPlan({ show: next, reason: null })}
        choices={shows.map((id) => ({ id, label: words.shows[id] }))}
      />
      {names.size > 1 && (
        <Chips
          label={words.destination}
          value={String(destinationId ?? '')}
          onChange={(id) => showPlan({ destinationId: id === '' ? null : Number(id) })}
          choices={[
            { id: '', label: words.allDestinations },
            ...[...names].map(([id, name]) => ({ id: String(id), label: name })),
          ]}
        />
      )}
      <span className="spacer" />
      <div className="list-search">
        <SearchField
          label={words.search}
          value={search}
          onChange={(text) => showPlan({ search: text })}
          maxLength={500}
        />
      </div>
    </>
  );
}

interface SelectionBarProps {
  /** how many files are selected */
  paths: number;
  names: PlanListProps['names'];
  onPlace: (to: number | null | undefined) => void;
}

function SelectionBar({ paths, names, onPlace }: SelectionBarProps) {
  return (
    <Toolbar className="selection-bar" aria-label={words.actions}>
      <IconButton size="small" icon={X} label={uploads.list.clearSelection} onPress={() => pick(new Map(), null)} />
      <span className="selection-count">{uploads.list.selected(paths)}</span>
      <MenuButton
        label={words.sendTo}
        items={[...names].map(([id, name]) => ({ id: String(id), label: name, onAction: () => onPlace(id) }))}
      >
        <Button size="small" icon={Send}>
          {words.sendTo}
        </Button>
      </MenuButton>
      <Button size="small" icon={Ban} onPress={() => onPlace(null)}>
        {words.leaveOut}
      </Button>
      <Button size="small" icon={RotateCcw} onPress={() => onPlace(undefined)}>
        {words.byRules}
      </Button>
    </Toolbar>
  );
}
