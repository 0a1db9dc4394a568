import { ChevronDown, ChevronRight, FileDown, RotateCcw, Trash2 } from 'lucide-react';
import { useId, useState } from 'react';
import { leftOf } from '../../../shared/deletion-confirmation.ts';
import type { DeletionInfo } from '../../../shared/deletions.ts';
import { printable } from '../../../shared/format.ts';
import type { Right } from '../../../shared/rights.ts';
import { browse } from '../../../shared/strings/browse.ts';
import { deletions } from '../../../shared/strings/deletions.ts';
import { doing } from '../../../shared/strings/doing.ts';
import { attempt } from '../../app/attempt.ts';
import { Button, MenuButton, notify } from '../../components/index.ts';
import { call } from '../../ipc.ts';
import { announce } from '../../stores/announcer.ts';
import { useConnections } from '../../stores/connections.ts';
import { refusalOf, useRights } from '../../stores/rights.ts';
import { undoDeletion } from '../../stores/tasks.ts';
import { exactTime } from '../history/words.ts';
import { GreyedButton } from '../browse/greyed-button.tsx';
import { LogObjects } from './log-objects.tsx';
import { RestDialog } from './rest-dialog.tsx';

const words = doing.log;

/** One deletion: what, when, by whom, what became of it. */
export function LogEntry({ info }: { info: DeletionInfo }) {
  const { id, at, user, host, program, connection } = info;
  const [isOpen, open] = useState(false);
  const headId = useId();
  const who = [words.by(user, host), ...(program === 'terminal' ? [words.inTerminal] : [])].join(', ');
  return (
    <li className="doing-deletion" aria-labelledby={headId}>
      <div className="doing-deletion-head">
        <div className="doing-deletion-words">
          <h3 id={headId}>{printable(deletions.subject(info))}</h3>
          <p>{deletions.infoWords(info)}</p>
          <p className="muted small">
            {exactTime(at)}, {words.of(connection.name, connection.bucket)}, {who}
          </p>
        </div>
        <Commands info={info} />
      </div>
      <Button
        size="small"
        variant="quiet"
        icon={isOpen ? ChevronDown : ChevronRight}
        aria-expanded={isOpen}
        onPress={() => open(!isOpen)}
      >
        {isOpen ? words.hide : words.details}
      </Button>
      {isOpen && <LogObjects deletionId={id} state={`${info.state} ${info.undoable}`} />}
    </li>
  );
}

function Commands({ info }: { info: DeletionInfo }) {
  const { id, state, undoable } = info;
  const [asking, ask] = useState(false);
  const refusals = useRefusals(info);
  const left = leftOf(info);
  const undo = () => {
    undoDeletion(id);
    announce(words.undone);
  };
  return (
    <div className="doing-deletion-commands">
      {undoable > 0 && state !== 'running' && (
        <GreyedButton icon={RotateCcw} refusal={refusals.undo} onPress={undo}>
          {words.undo(undoable)}
        </GreyedButton>
      )}
      {left > 0 && state !== 'running' && (
        <GreyedButton icon={Trash2} refusal={refusals.goOn} onPress={() => ask(true)}>
          {words.goOn}
        </GreyedButton>
      )}
      <MenuButton
        label={words.export}
        items={[
          { id: 'csv', label: words.exportCsv, onAction: () => exportAs(id, 'csv') },
          { id: 'json', label: words.exportJson, onAction: () => exportAs(id, 'json') },
        ]}
      >
        <Button size="small" icon={FileDown}>
          {words.export}
        </Button>
      </MenuButton>
      {asking && <RestDialog info={info} onClose={() => ask(false)} />}
    </div>
  );
}

/** Why it may not be undone, or gone on with. What the store has denied is known of the connection that is looked at. */
function useRefusals({ what, moved, connection, keys, prefixes }: DeletionInfo): {
  undo: string | null;
  goOn: string | null;
} {
  const known = useRights(({ rights }) => (rights?.connectionId === connection.id ? rights : null));
  const isReadOnly = useConnections(({ list }) =>
    list?.some(({ id, config }) => id === connection.id && 'readOnly' in config && config.readOnly),
  );
  const why = (right: Right) => {
    if (isReadOnly === true) return browse.rights.readOnly;
    return [...prefixes, ...keys].map((key) => refusalOf(known, right, key)).find((one) => one !== null) ?? null;
  };
  return {
    undo: why('delete-version'),
    goOn: moved ? deletions.movedRest : why(what === 'objects' ? 'delete' : 'delete-version'),
  };
}

function exportAs(deletionId: string, format: 'csv' | 'json'): void {
  void attempt(async () => {
    const file = await call('deletions.export', { deletionId, format });
    if (file !== null) notify('info', words.exported(file));
  });
}
