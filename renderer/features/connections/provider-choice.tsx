import { Boxes, Cloud, Server, type LucideIcon } from 'lucide-react';
import { ListBox, ListBoxItem } from 'react-aria-components';
import { providerIds, providers, type ProviderId } from '../../../shared/providers.ts';
import { connections as words } from '../../../shared/strings/connections.ts';
import { Icon } from '../../components/index.ts';

/** A cloud is somebody else's, a server one's own. */
export function providerIcon(id: ProviderId): LucideIcon {
  if (id === 'other') return Boxes;
  return providers[id].httpUsual ? Server : Cloud;
}

/** The first question of a new connection: Enter or a press takes one. */
export function ProviderChoice({ onChoose }: { onChoose: (id: ProviderId) => void }) {
  const choose = (key: unknown) => {
    const id = providerIds.find((each) => each === key);
    if (id !== undefined) onChoose(id);
  };
  return (
    <ListBox aria-label={words.provider.label} layout="grid" autoFocus="first" className="providers" onAction={choose}>
      {providerIds.map((id) => (
        <ListBoxItem key={id} id={id} textValue={providers[id].name} className="provider">
          <span className="provider-icon">
            <Icon of={providerIcon(id)} size={20} />
          </span>
          <span className="provider-name">{providers[id].name}</span>
          <span className="provider-hint">{words.provider.hints[id]}</span>
        </ListBoxItem>
      ))}
    </ListBox>
  );
}
