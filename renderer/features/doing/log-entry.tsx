import { ChevronDown, ChevronRight, FileDown, RotateCcw, Trash2 } from 'lucide-react';
import { useId, useState } from 'react';
import type { DeletionInfo } from '../../../shared/deletions.ts';
import { printable } from '../../../shared/format.ts';
import { common } from '../../../shared/strings/common.ts';
import { deletions } from '../../../shared/strings/deletions.ts';
import { doing } from '../../../shared/strings/doing.ts';
import { attempt } from '../../app/attempt.ts';
import { ConfirmRemoval } from '../../app/confirm-removal.tsx';
import { Button, MenuButton, notify } from '../../components/index.ts';
import { call } from '../../ipc.ts';
import { announce } from '../../stores/announcer.ts';
import { noteOrigin, undoDeletion } from '../../stores/tasks.ts';
import { exactTime } from '../history/words.ts';
import { LogObjects } from './log-objects.tsx';

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
  const { id, state, undoable, outcomes } = info;
  const [asking, ask] = useState(false);
  const left = outcomes.untried + outcomes.unknown + outcomes.failed;
  const undo = () => {
    undoDeletion(id);
    announce(words.undone);
  };
  const goOn = async () => {
    const { taskId } = await call('deletions.goOn', { deletionId: id });
    noteOrigin(taskId, { deletionId: id });
  };
  return (
    <div className="doing-deletion-commands">
      {undoable > 0 && state !== 'running' && (
        <Button size="small" icon={RotateCcw} onPress={undo}>
          {words.undo(undoable)}
        </Button>
      )}
      {left > 0 && state !== 'running' && (
        <Button size="small" icon={Trash2} onPress={() => ask(true)}>
          {words.goOn}
        </Button>
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
      {asking && (
        <ConfirmRemoval
          words={{
            title: words.goOnTitle,
            text: words.goOnText(left),
            confirm: words.goOn,
            cancel: common.cancel,
          }}
          remove={goOn}
          onRemoved={() => ask(false)}
          onClose={() => ask(false)}
        />
      )}
    </div>
  );
}

function exportAs(deletionId: string, format: 'csv' | 'json'): void {
  void attempt(async () => {
    const file = await call('deletions.export', { deletionId, format });
    if (file !== null) notify('info', words.exported(file));
  });
}
