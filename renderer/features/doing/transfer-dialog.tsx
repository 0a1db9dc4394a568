import { useState } from 'react';
import { isS3, placeName } from '../../../shared/connection-kind.ts';
import { common } from '../../../shared/strings/common.ts';
import { doing } from '../../../shared/strings/doing.ts';
import { wordsOf } from '../../app/attempt.ts';
import { Button, Checkbox, Dialog, Note, RadioGroup, Select } from '../../components/index.ts';
import { call } from '../../ipc.ts';
import { selectNothing, useBrowse } from '../../stores/browse.ts';
import { useConnections } from '../../stores/connections.ts';
import type { Selection } from '../../stores/doing.ts';
import { useRightsOf } from '../../stores/rights.ts';
import { baseOfNamed, chosenOf } from './chosen.ts';
import { FolderChooser } from './folder-chooser.tsx';
import { prefixOf, targetProblem } from './target.ts';
import { selectionWords } from './words.ts';

const words = doing.transfer;

interface TransferDialogProps {
  what: 'copy' | 'move';
  selection: Selection;
  onClose: () => void;
}

/** Where to, and what is done about what is there already. */
export function TransferDialog({ what, selection, onClose }: TransferDialogProps) {
  const connections = (useConnections(({ list }) => list) ?? []).filter(isS3);
  const [connectionId, setConnectionId] = useState(selection.connectionId);
  const [target, setTarget] = useState(() => ({ path: startOf(selection), isChosen: true, isTouched: false }));
  const [conflict, setConflict] = useState<'keep' | 'replace'>('keep');
  const [access, setAccess] = useState(false);
  const [working, setWorking] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const problem = targetProblem(selection, { connectionId, ...target }, useRightsOf(connectionId));
  // That it begins where the selection is, is nobody's mistake.
  const isMistake = target.isTouched || problem !== words.same;
  const options = connections.map(({ id, name, config }) => ({ id: String(id), label: name, hint: placeName(config) }));
  const start = async () => {
    setWorking(true);
    setRefusal(null);
    try {
      const to = { connectionId, prefix: prefixOf(target.path) };
      const order = { chosen: chosenOf(selection), to, overwrite: conflict === 'replace', access };
      await (what === 'copy' ? call('objects.copy', order) : call('objects.move', order));
      if (what === 'move') selectNothing();
      onClose();
    } catch (error) {
      setRefusal(wordsOf(error));
    } finally {
      setWorking(false);
    }
  };
  return (
    <Dialog
      title={what === 'copy' ? words.copyTitle(selectionWords(selection)) : words.moveTitle(selectionWords(selection))}
      size="wide"
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{common.cancel}</Button>
          <Button variant="primary" isPending={working} isDisabled={problem !== null} onPress={() => void start()}>
            {what === 'copy' ? words.copyHere : words.moveHere}
          </Button>
        </>
      }
    >
      {options.length > 1 && (
        <Select
          label={words.connection}
          options={options}
          value={String(connectionId)}
          onChange={(id) => {
            setConnectionId(Number(id));
            setTarget({ path: '', isChosen: true, isTouched: true });
            setRefusal(null);
          }}
        />
      )}
      <FolderChooser
        connectionId={connectionId}
        path={target.path}
        onChange={(path, isChosen) => {
          setTarget({ path, isChosen, isTouched: true });
          setRefusal(null);
        }}
        error={isMistake ? problem : null}
      />
      <RadioGroup
        label={words.conflict}
        choices={[
          { id: 'keep', label: words.keep },
          { id: 'replace', label: words.replace },
        ]}
        value={conflict}
        onChange={setConflict}
      />
      <div className="doing-access">
        <Checkbox isSelected={access} onChange={setAccess}>
          {words.access}
        </Checkbox>
        <p className="field-description">{words.accessHint}</p>
      </div>
      {what === 'move' && <p className="muted">{words.moveHint}</p>}
      <div role="alert">{refusal !== null && <Note tone="danger">{refusal}</Note>}</div>
    </Dialog>
  );
}

/** It begins where the selection is, from where most ways are short. */
function startOf(selection: Selection): string {
  return baseOfNamed(selection) ?? useBrowse.getState().prefix;
}
