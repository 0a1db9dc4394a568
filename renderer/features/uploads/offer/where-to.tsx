import { placeName, whereIs } from '../../../../shared/connection-kind.ts';
import type { ConnectionInfo, Offer } from '../../../../shared/ipc.ts';
import { uploads } from '../../../../shared/strings/uploads.ts';
import { Chips, Select, TextField } from '../../../components/index.ts';
import { DestinationChoice } from './destination-choice.tsx';
import type { Destinations, OfferDraft } from './draft.ts';
import { exampleKey } from './example-key.ts';

const words = uploads.offer;

export interface WhereToProps {
  draft: OfferDraft;
  set: (change: Partial<OfferDraft>) => void;
  connections: readonly ConnectionInfo[];
  destinations: Destinations;
  root: Offer['roots'][number] | undefined;
}

/** A connection, as the files are; or, where there are any, destinations with their rules. */
export function WhereTo(props: WhereToProps) {
  const { draft, set, destinations, connections } = props;
  const isChoice = destinations.length > 0 && connections.length > 0;
  return (
    <>
      {isChoice && (
        <div className="offer-ways">
          <h3>{words.whereTo}</h3>
          <Chips
            label={words.whereTo}
            value={draft.to}
            onChange={(to) => set({ to })}
            choices={[
              { id: 'destinations', label: words.ways.destinations },
              { id: 'connection', label: words.ways.connection },
            ]}
          />
        </div>
      )}
      {draft.to === 'connection' ? <ToConnection {...props} /> : <DestinationChoice {...props} />}
    </>
  );
}

function ToConnection({ draft, set, connections, root }: WhereToProps) {
  const connection = connections.find(({ id }) => id === draft.connectionId);
  if (connection === undefined) return null;
  const example = exampleKey(draft.prefix, root);
  return (
    <>
      <Select
        label={words.connection}
        options={connections.map(optionOf)}
        value={String(connection.id)}
        onChange={(id) => set({ connectionId: Number(id) })}
      />
      <TextField
        label={words.prefix}
        description={words.prefixHint}
        placeholder={words.prefixPlaceholder}
        value={draft.prefix}
        onChange={(prefix) => set({ prefix })}
        maxLength={900}
        error={'error' in example ? example.error : null}
        autoFocus
      />
      {'key' in example && (
        <div className="offer-example">
          <span className="small muted">{words.example}</span>
          <code className="selectable">{words.destinations.place(placeName(connection.config), example.key)}</code>
        </div>
      )}
    </>
  );
}

function optionOf({ id, name, config }: ConnectionInfo) {
  return { id: String(id), label: name, hint: `${placeName(config)}, ${whereIs(config)}` };
}
