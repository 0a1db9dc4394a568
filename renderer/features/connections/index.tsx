import '../../app/zod-without-eval.ts';
import { Cloud, GraduationCap, Plus } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { isBroker, isS3 } from '../../../shared/connection-kind.ts';
import type { ConnectionInfo } from '../../../shared/ipc.ts';
import { connections as words } from '../../../shared/strings/connections.ts';
import { attempt } from '../../app/attempt.ts';
import { useFocusBack } from '../../app/use-focus-back.ts';
import { Button, EmptyState, FirstAnswer, Page } from '../../components/index.ts';
import { call } from '../../ipc.ts';
import { learnConnections, useConnections } from '../../stores/connections.ts';
import { BackendCard } from './backend-card.tsx';
import { ConnectionCard } from './connection-card.tsx';
import { ConnectionDialog } from './connection-dialog.tsx';
import './connections.css';
import { addButtonId, headingId } from './element-ids.ts';
import { RemoveDialog } from './remove-dialog.tsx';

type Open =
  | { what: 'edit'; connection: ConnectionInfo | null; region?: string }
  /** `neighbour`: what has the focus once it is gone; null: it was the only one */
  | { what: 'remove'; connection: ConnectionInfo; neighbour: ConnectionInfo | null };

/** Where uploads can go: the list, and what is done with its entries. */
export function ConnectionsView() {
  const [open, setOpen] = useState<Open | null>(null);
  const list = useConnections((state) => state.list);
  const add = () => setOpen({ what: 'edit', connection: null });
  const close = () => setOpen(null);
  const focusBack = useFocusBack(open === null);
  const saved = (connection: ConnectionInfo) => {
    close();
    focusBack(headingId(connection.id));
  };
  const removed = (neighbour: ConnectionInfo | null) => {
    close();
    focusBack(neighbour === null ? addButtonId : headingId(neighbour.id));
  };
  const addButton = (
    <Button id={addButtonId} variant="primary" icon={Plus} onPress={add}>
      {words.add}
    </Button>
  );
  return (
    <Page title={words.title} actions={list !== null && list.length > 0 && addButton}>
      {list === null ? (
        <FirstAnswer words={words.loading} retry={words.retry} load={learnConnections} />
      ) : list.length === 0 ? (
        <Empty addButton={addButton} onPractice={({ id }) => focusBack(headingId(id))} />
      ) : (
        <List list={list} open={setOpen} />
      )}
      {open?.what === 'edit' && (
        <ConnectionDialog
          editing={open.connection}
          {...(open.region === undefined ? {} : { region: open.region })}
          onSaved={saved}
          onClose={close}
        />
      )}
      {open?.what === 'remove' && (
        <RemoveDialog connection={open.connection} onRemoved={() => removed(open.neighbour)} onClose={close} />
      )}
    </Page>
  );
}

function List({ list, open }: { list: ConnectionInfo[]; open: (what: Open) => void }) {
  return (
    <ul className="connection-list" aria-label={words.list.label}>
      {list.map((connection, at) => {
        const remove = () => open({ what: 'remove', connection, neighbour: list[at + 1] ?? list[at - 1] ?? null });
        const edit = (region?: string) =>
          open({ what: 'edit', connection, ...(region === undefined ? {} : { region }) });
        const { id } = connection;
        if (isBroker(connection))
          return <BackendCard key={id} connection={connection} onEdit={() => edit()} onRemove={remove} />;
        if (!isS3(connection)) return null;
        return <ConnectionCard key={id} connection={connection} onEdit={edit} onRemove={remove} />;
      })}
    </ul>
  );
}

interface EmptyProps {
  addButton: ReactNode;
  onPractice: (connection: ConnectionInfo) => void;
}

function Empty({ addButton, onPractice }: EmptyProps) {
  const [starting, setStarting] = useState(false);
  const practise = async () => {
    setStarting(true);
    await attempt(async () => onPractice(await call('connections.practice', {})));
    setStarting(false);
  };
  const actions = (
    <>
      {addButton}
      <Button icon={GraduationCap} isPending={starting} onPress={() => void practise()}>
        {words.empty.practice}
      </Button>
    </>
  );
  return (
    <div className="connections-empty">
      <EmptyState icon={Cloud} title={words.empty.title} actions={actions}>
        {words.empty.text}
      </EmptyState>
    </div>
  );
}
