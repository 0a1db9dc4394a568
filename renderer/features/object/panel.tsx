import { FileBox, X } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import type { ObjectDetails } from '../../../shared/objects.ts';
import { common } from '../../../shared/strings/common.ts';
import { objects } from '../../../shared/strings/objects.ts';
import { Button, Dialog, Icon, IconButton, Note, Spinner } from '../../components/index.ts';
import { exactTime } from '../history/words.ts';
import { EditDialog } from './edit-dialog.tsx';
import { ObjectFacts } from './facts.tsx';
import { Actions } from './actions.tsx';
import './object.css';
import { ObjectPreview } from './preview.tsx';
import type { RefusalOf } from '../../stores/refusal.ts';
import { useDetails, usePreview, useRefusals } from './use-object.ts';
import { Versions } from './versions.tsx';
import { shownNameOf } from './words.ts';

const words = objects.panel;

export interface ObjectPanelProps {
  connectionId: number;
  objectKey: string;
  onClose: () => void;
  /** There is no room beside the list: it comes in a dialog. */
  narrow: boolean;
}

/** All that is known of one object, how it looks, and what can be done with it. */
export function ObjectPanel({ connectionId, objectKey, onClose, narrow }: ObjectPanelProps) {
  // Here, so that what is typed outlives another width of the window.
  const [editing, setEditing] = useState<ObjectDetails | null>(null);
  const [saves, setSaves] = useState(0);
  const refusals = useRefusals(objectKey);
  const title = shownNameOf(objectKey);
  const content = (
    <Content connectionId={connectionId} objectKey={objectKey} saves={saves} refusalOf={refusals} onEdit={setEditing} />
  );
  return (
    <>
      {!narrow && (
        <Beside title={title} onClose={onClose}>
          {content}
        </Beside>
      )}
      {/* One dialog at a time: this one comes back behind the other. */}
      {narrow && editing === null && (
        <Dialog
          title={title}
          size="wide"
          isOpen
          onClose={onClose}
          footer={<Button onPress={onClose}>{common.close}</Button>}
        >
          {content}
        </Dialog>
      )}
      {editing !== null && (
        <EditDialog
          details={editing}
          refusalOf={refusals}
          onSaved={() => {
            setEditing(null);
            setSaves(saves + 1);
          }}
          onClose={() => setEditing(null)}
        />
      )}
    </>
  );
}

function Beside({ title, onClose, children }: { title: string; onClose: () => void; children: ReactNode }) {
  return (
    <aside
      className="object-panel"
      aria-label={words.title}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
      }}
    >
      <header className="object-head">
        <Icon of={FileBox} size={20} />
        <h2 className="selectable">{title}</h2>
        <IconButton size="small" icon={X} label={words.close} onPress={onClose} />
      </header>
      {children}
    </aside>
  );
}

interface ContentProps extends Pick<ObjectPanelProps, 'connectionId' | 'objectKey'> {
  /** Grows when the object was changed: it is asked for anew. */
  saves: number;
  refusalOf: RefusalOf;
  onEdit: (details: ObjectDetails) => void;
}

function Content({ connectionId, objectKey, saves, refusalOf, onEdit }: ContentProps) {
  const [versionId, setVersionId] = useVersionOf(connectionId, objectKey);
  const [turn, setTurn] = useState(0);
  const at = { connectionId, key: objectKey, versionId };
  const preview = usePreview(at, turn + saves);
  const details = useDetails(at, turn + saves);
  const again = () => setTurn(turn + 1);
  const showNow = () => {
    setVersionId(null);
    again();
  };
  return (
    <div className="object-content">
      <ObjectPreview objectKey={objectKey} asked={preview} onRetry={again} />
      {versionId !== null && details.isOfNow && details.value !== null && (
        <Note actions={<Button onPress={() => setVersionId(null)}>{words.showCurrent}</Button>}>
          {words.versionShown(exactTime(details.value.modified))}
        </Note>
      )}
      <Actions
        at={at}
        canOpen={preview.isOfNow && preview.value?.canOpen === true}
        details={details.isOfNow ? details.value : null}
        refusalOf={refusalOf}
        onEdit={onEdit}
      />
      {details.isOfNow && details.refusal !== null && (
        <Note tone="danger" role="alert" actions={<Button onPress={again}>{words.retry}</Button>}>
          {details.refusal}
        </Note>
      )}
      {details.value === null && details.refusal === null && (
        <div className="object-loading" role="status">
          <Spinner /> {words.loading}
        </div>
      )}
      {details.value !== null && (
        <div className="object-facts" aria-busy={!details.isOfNow}>
          <ObjectFacts details={details.value} content={preview.isOfNow ? (preview.value?.type ?? null) : null} />
          <Versions
            key={details.value.key}
            details={details.value}
            shown={versionId}
            refusalOf={refusalOf}
            onShow={setVersionId}
            onRestored={showNow}
          />
        </div>
      )}
    </div>
  );
}

/** Another object begins with what is there now. */
function useVersionOf(connectionId: number, key: string): [string | null, (versionId: string | null) => void] {
  const of = `${connectionId}/${key}`;
  const [chosen, choose] = useState<{ of: string; versionId: string | null } | null>(null);
  return [chosen?.of === of ? chosen.versionId : null, (versionId) => choose({ of, versionId })];
}
