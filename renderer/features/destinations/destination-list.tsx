import { Download, Ellipsis, FileUp, Plus, Signpost, Sparkles } from 'lucide-react';
import type { Destination } from '../../../shared/destination.ts';
import { destinations as words } from '../../../shared/strings/destinations.ts';
import { Button, EmptyState, IconButton, MenuButton } from '../../components/index.ts';
import { useConnections } from '../../stores/connections.ts';
import { useNavigation } from '../../stores/navigation.ts';
import { DestinationCard } from './destination-card.tsx';
import { addButtonId } from './element-ids.ts';

export interface ListActions {
  add: () => void;
  edit: (destination: Destination) => void;
  duplicate: (destination: Destination) => void;
  preset: () => void;
  import: () => void;
  export: (some: readonly Destination[]) => void;
  remove: (destination: Destination, neighbour: Destination | null) => void;
}

export function HeadActions({ list, ...actions }: ListActions & { list: readonly Destination[] }) {
  const more = [
    { id: 'import', label: words.import, icon: FileUp, onAction: actions.import },
    { id: 'export', label: words.export, icon: Download, onAction: () => actions.export(list) },
  ];
  return (
    <>
      <MenuButton label={words.more} items={more}>
        <IconButton icon={Ellipsis} label={words.more} variant="secondary" />
      </MenuButton>
      <Button icon={Sparkles} onPress={actions.preset}>
        {words.fromPreset}
      </Button>
      <Button id={addButtonId} variant="primary" icon={Plus} onPress={actions.add}>
        {words.add}
      </Button>
    </>
  );
}

export function DestinationList({ list, ...actions }: ListActions & { list: readonly Destination[] }) {
  return (
    <ul className="destination-list" aria-label={words.list.label}>
      {list.map((destination, at) => (
        <DestinationCard
          key={destination.id}
          destination={destination}
          onEdit={() => actions.edit(destination)}
          onDuplicate={() => actions.duplicate(destination)}
          onExport={() => actions.export([destination])}
          onRemove={() => actions.remove(destination, list[at + 1] ?? list[at - 1] ?? null)}
        />
      ))}
    </ul>
  );
}

/** The presets come first: few make their rules themselves. Without a connection nothing could go anywhere. */
export function Empty(actions: ListActions) {
  const connections = useConnections((state) => state.list);
  const none = connections?.length === 0;
  const addConnection = () => useNavigation.getState().go('connections');
  const buttons = none ? (
    <Button id={addButtonId} variant="primary" icon={Plus} onPress={addConnection}>
      {words.empty.addConnection}
    </Button>
  ) : (
    <>
      <Button variant="primary" icon={Sparkles} onPress={actions.preset}>
        {words.fromPreset}
      </Button>
      <Button icon={FileUp} onPress={actions.import}>
        {words.import}
      </Button>
      <Button id={addButtonId} icon={Plus} onPress={actions.add}>
        {words.add}
      </Button>
    </>
  );
  return (
    <div className="destinations-empty">
      <EmptyState icon={Signpost} title={words.empty.title} actions={buttons}>
        {none ? words.empty.noConnection : words.empty.text}
      </EmptyState>
    </div>
  );
}
