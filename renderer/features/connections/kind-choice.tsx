import { Boxes, Cloud, Server, ServerCog, type LucideIcon } from 'lucide-react';
import { Header, ListBox, ListBoxItem, ListBoxSection } from 'react-aria-components';
import { brokerKinds, type BrokerKind } from '../../../shared/broker-settings.ts';
import { providerIds, providers, type ProviderId } from '../../../shared/providers.ts';
import { backends } from '../../../shared/strings/backends.ts';
import { connections } from '../../../shared/strings/connections.ts';
import { Icon } from '../../components/index.ts';

const words = backends.choice;

/** What a connection can be to: a provider's bucket, or a kind of backend. */
export type Choice = { to: 'bucket'; provider: ProviderId } | { to: 'backend'; kind: BrokerKind };

/** A cloud is somebody else's, a server one's own. */
export function providerIcon(id: ProviderId): LucideIcon {
  if (id === 'other') return Boxes;
  return providers[id].httpUsual ? Server : Cloud;
}

export const backendIcon = ServerCog;

export interface KindChoiceProps {
  onChoose: (choice: Choice) => void;
  /** A connection stays of the kind that it is: another provider may be chosen. */
  bucketsOnly: boolean;
}

/** The first question of a new connection: Enter or a press takes one. */
export function KindChoice({ onChoose, bucketsOnly }: KindChoiceProps) {
  const choose = (key: unknown) => {
    const provider = providerIds.find((each) => each === key);
    if (provider !== undefined) onChoose({ to: 'bucket', provider });
    const kind = brokerKinds.find((each) => each === key);
    if (kind !== undefined) onChoose({ to: 'backend', kind });
  };
  return (
    <ListBox aria-label={words.label} layout="grid" autoFocus="first" className="kinds" onAction={choose}>
      {!bucketsOnly && (
        <ListBoxSection className="providers">
          <Header className="kinds-title">{words.backend}</Header>
          {brokerKinds.map((id) => (
            <Item key={id} id={id} icon={backendIcon} {...backends.kinds[id]} />
          ))}
        </ListBoxSection>
      )}
      <ListBoxSection className="providers">
        {!bucketsOnly && <Header className="kinds-title">{words.bucket}</Header>}
        {providerIds.map((id) => (
          <Item
            key={id}
            id={id}
            icon={providerIcon(id)}
            name={providers[id].name}
            hint={connections.provider.hints[id]}
          />
        ))}
      </ListBoxSection>
    </ListBox>
  );
}

function Item({ id, icon, name, hint }: { id: string; icon: LucideIcon; name: string; hint: string }) {
  return (
    <ListBoxItem id={id} textValue={name} className="provider">
      <span className="provider-icon">
        <Icon of={icon} size={20} />
      </span>
      <span className="provider-name">{name}</span>
      <span className="provider-hint">{hint}</span>
    </ListBoxItem>
  );
}
