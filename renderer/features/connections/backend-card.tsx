import { ServerCog, Trash2 } from 'lucide-react';
import { placeName } from '../../../shared/connection-kind.ts';
import type { ConnectionInfo } from '../../../shared/ipc.ts';
import { connections as words } from '../../../shared/strings/connections.ts';
import { Icon, IconButton } from '../../components/index.ts';
import { headingId } from './element-ids.ts';

export interface BackendCardProps {
  connection: ConnectionInfo;
  onRemove: () => void;
}

/** A connection to a backend that hands out places: it has no bucket of its own to be shown. */
export function BackendCard({ connection: { id, name, config }, onRemove }: BackendCardProps) {
  return (
    <li className="card connection-card">
      <div className="connection-row">
        <span className="provider-icon">
          <Icon of={ServerCog} size={20} />
        </span>
        <div className="connection-facts">
          <h2 className="selectable" id={headingId(id)} tabIndex={-1}>
            {name}
          </h2>
          <p className="selectable">{`${words.list.backend} · ${placeName(config)}`}</p>
        </div>
        <div className="connection-actions">
          <IconButton size="small" icon={Trash2} label={words.list.remove(name)} onPress={onRemove} />
        </div>
      </div>
    </li>
  );
}
