import type { ReactNode } from 'react';
import { backendKind, takesFolder } from '../../../../shared/backend-fields.ts';
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
  /** what the backend is told, where the files go to one as they are */
  children?: ReactNode;
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

interface OfConnection {
  connection: ConnectionInfo;
}

function ToConnection({ draft, set, connections, root, children }: WhereToProps) {
  const connection = connections.find(({ id }) => id === draft.connectionId);
  if (connection === undefined) return null;
  const kind = backendKind(connection.config);
  const choice = (
    <Select
      label={words.connection}
      options={connections.map(optionOf)}
      value={String(connection.id)}
      onChange={(id) => set({ connectionId: Number(id), ...withoutFolder(connections, Number(id)) })}
    />
  );
  if (kind === null) {
    return (
      <>
        {choice}
        <Folder draft={draft} set={set} connection={connection} root={root} />
      </>
    );
  }
  return (
    <>
      {choice}
      {takesFolder(kind) && <BackendFolder draft={draft} set={set} />}
      {children}
      <p className="muted small">{words.backend.names(connection.name)}</p>
    </>
  );
}

/** Only where the backend is told one. */
function BackendFolder({ draft, set }: Pick<WhereToProps, 'draft' | 'set'>) {
  const example = exampleKey(draft.prefix, undefined);
  return (
    <TextField
      label={words.backend.folder}
      description={words.backend.folderHint}
      placeholder={words.prefixPlaceholder}
      value={draft.prefix}
      onChange={(prefix) => set({ prefix })}
      maxLength={900}
      error={'error' in example ? example.error : null}
    />
  );
}

function Folder({ draft, set, connection, root }: Pick<WhereToProps, 'draft' | 'set' | 'root'> & OfConnection) {
  const example = exampleKey(draft.prefix, root);
  return (
    <>
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

/** Where none is told, one that was typed for another connection counts no more. */
function withoutFolder(connections: readonly ConnectionInfo[], connectionId: number): Partial<OfferDraft> {
  const kind = backendKind(connections.find(({ id }) => id === connectionId)?.config);
  return kind === null || takesFolder(kind) ? {} : { prefix: '' };
}

function optionOf({ id, name, config }: ConnectionInfo) {
  return { id: String(id), label: name, hint: `${placeName(config)}, ${whereIs(config)}` };
}
