import { Copy, Database, Download, Ellipsis, Filter, ImageDown, Pencil, Trash2, TriangleAlert } from 'lucide-react';
import type { Destination } from '../../../shared/destination.ts';
import { destinations as words } from '../../../shared/strings/destinations.ts';
import { Icon, IconButton, MenuButton } from '../../components/index.ts';
import { useConnections } from '../../stores/connections.ts';
import { headingId } from './element-ids.ts';
import { acceptedWords, exampleKey, preparationWords } from './facts.ts';
import { useBackendKind } from './over-backend.ts';

export interface DestinationCardProps {
  destination: Destination;
  onEdit: () => void;
  onDuplicate: () => void;
  onExport: () => void;
  onRemove: () => void;
}

export function DestinationCard({ destination, onEdit, onDuplicate, onExport, onRemove }: DestinationCardProps) {
  const { id, rules } = destination;
  const kind = useBackendKind(destination.connectionId);
  const menu = [
    { id: 'duplicate', label: words.list.duplicate, icon: Copy, onAction: onDuplicate },
    { id: 'export', label: words.list.exportOne, icon: Download, onAction: onExport },
    null,
    { id: 'remove', label: words.list.remove, icon: Trash2, tone: 'danger' as const, onAction: onRemove },
  ];
  return (
    <li className="card destination-card">
      <div className="destination-facts">
        <h2 className="selectable" id={headingId(id)} tabIndex={-1}>
          {rules.name}
        </h2>
        {kind === null && <p className="destination-key mono selectable">{exampleKey(rules)}</p>}
        <div className="destination-words">
          <OverConnection id={destination.connectionId} />
          <span className="row">
            <Icon of={Filter} size={14} />
            {acceptedWords(rules)}
          </span>
          <Preparation destination={destination} />
        </div>
      </div>
      <div className="destination-actions">
        <IconButton size="small" icon={Pencil} label={words.list.edit(rules.name)} onPress={onEdit} />
        <MenuButton label={words.list.menu(rules.name)} items={menu}>
          <IconButton size="small" icon={Ellipsis} label={words.list.more(rules.name)} />
        </MenuButton>
      </div>
    </li>
  );
}

function OverConnection({ id }: { id: number }) {
  const list = useConnections((state) => state.list);
  const connection = list?.find((one) => one.id === id);
  if (list !== null && connection === undefined) {
    return (
      <span className="row warning-text">
        <Icon of={TriangleAlert} size={14} />
        {words.list.connectionGone}
      </span>
    );
  }
  return (
    <span className="row">
      <Icon of={Database} size={14} />
      {connection?.name}
    </span>
  );
}

function Preparation({ destination: { rules } }: { destination: Destination }) {
  const made = preparationWords(rules);
  if (made.length === 0) return null;
  return (
    <span className="row">
      <Icon of={ImageDown} size={14} />
      {made.join(', ')}
    </span>
  );
}
