import { FileDown, Signpost } from 'lucide-react';
import { useState } from 'react';
import type { DestinationFile } from '../../../shared/ipc.ts';
import { destinations } from '../../../shared/strings/destinations.ts';
import { wordsOf } from '../../app/attempt.ts';
import { Badge, Button, Checkbox, Dialog, Icon, Note, notify } from '../../components/index.ts';
import { call } from '../../ipc.ts';
import { useConnections } from '../../stores/connections.ts';
import { ConnectionChoice } from './connection-choice.tsx';

const words = destinations.importing;

/** What is in a file, over which connections it goes here, and what it would replace: taken over as a whole. */
export function ImportDialog({ file, onClose }: { file: DestinationFile; onClose: () => void }) {
  const names = [...new Set(file.destinations.map(({ connection }) => connection))];
  const existing = file.destinations.filter(({ exists }) => exists);
  const [chosen, choose] = useState(() => startOf(file));
  const [replace, setReplace] = useState(false);
  const [working, setWorking] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const [tried, setTried] = useState(false);
  const none = useConnections((state) => state.list)?.length === 0;
  const run = async () => {
    setTried(true);
    if (names.some((name) => chosen.get(name) === undefined)) return;
    setWorking(true);
    setRefusal(null);
    try {
      const connections = Object.fromEntries(chosen);
      const { imported } = await call('destinations.import', { fileId: file.id, connections, replace });
      notify('info', words.done(imported));
      onClose();
    } catch (error) {
      setRefusal(wordsOf(error));
    } finally {
      setWorking(false);
    }
  };
  return (
    <Dialog
      title={words.title(file.name)}
      isOpen
      onClose={onClose}
      keepOpen
      footer={
        <>
          <Button onPress={onClose}>{words.cancel}</Button>
          <Button
            variant="primary"
            icon={FileDown}
            isPending={working}
            isDisabled={none || (existing.length > 0 && !replace)}
            onPress={() => void run()}
          >
            {words.confirm}
          </Button>
        </>
      }
    >
      <p className="muted">{words.text}</p>
      <ul className="import-list" aria-label={words.found}>
        {file.destinations.map(({ name, exists }) => (
          <li key={name} className="row">
            <Icon of={Signpost} size={14} />
            <span className="import-name">{name}</span>
            {exists && <Badge tone="warning">{words.exists}</Badge>}
          </li>
        ))}
      </ul>
      {existing.length > 0 && (
        <Checkbox isSelected={replace} onChange={setReplace}>
          {words.replace(existing.length)}
        </Checkbox>
      )}
      {none ? (
        <Note tone="warning">{words.noConnections}</Note>
      ) : (
        names.map((name) => (
          <ConnectionChoice
            key={name}
            label={words.connection(name)}
            placeholder={words.choose}
            value={chosen.get(name) ?? null}
            onChange={(id) => choose(new Map(chosen).set(name, id))}
            error={tried && chosen.get(name) === undefined ? words.missing : null}
          />
        ))
      )}
      <div role="alert">{refusal !== null && <Note tone="danger">{refusal}</Note>}</div>
    </Dialog>
  );
}

/** Connections of the same name are meant to be the same; where this computer has only one, there is no other. */
function startOf(file: DestinationFile): Map<string, number> {
  const all = useConnections.getState().list ?? [];
  const [only, ...more] = all;
  const chosen = new Map<string, number>();
  for (const { connection, connectionId } of file.destinations) {
    const id = connectionId ?? (more.length === 0 ? only?.id : undefined);
    if (id !== undefined) chosen.set(connection, id);
  }
  return chosen;
}
