import { ChevronRight } from 'lucide-react';
import { Disclosure, DisclosurePanel } from 'react-aria-components';
import type { Capabilities } from '../../../shared/domain.ts';
import { connections as words } from '../../../shared/strings/connections.ts';
import { Button } from '../../components/index.ts';

/** What the store can do, as it was found out; folded away, for few want to know. `name`: of the connection. */
export function Abilities({ name, capabilities }: { name: string; capabilities: Capabilities }) {
  return (
    <Disclosure className="abilities">
      <Button
        slot="trigger"
        variant="quiet"
        size="small"
        icon={ChevronRight}
        aria-label={words.abilities.ofStore(name)}
      >
        {words.abilities.title}
      </Button>
      <DisclosurePanel>
        <dl>
          {abilitiesOf(capabilities).map(([ability, can]) => (
            <div key={ability} className="row">
              <dt>{ability}:</dt>
              <dd>{can ? words.abilities.yes : words.abilities.no}</dd>
            </div>
          ))}
        </dl>
        <p className="muted">{words.abilities.foundOut(date.format(capabilities.probedAt))}</p>
      </DisclosurePanel>
    </Disclosure>
  );
}

const date = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });

function abilitiesOf({ integrity, ...can }: Capabilities): [ability: string, can: boolean][] {
  return [
    [words.abilities.checks, integrity !== 'none'],
    [words.abilities.listParts, can.listParts],
    [words.abilities.listUploads, can.listUploads],
    [words.abilities.conditionalWrites, can.conditionalWrites],
    [words.abilities.sse, can.sse],
    [words.abilities.versioning, can.versioning],
    [words.abilities.tagging, can.tagging],
  ];
}
