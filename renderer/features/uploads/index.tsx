import { FileUp, FolderUp, UploadCloud } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { uploads } from '../../../shared/strings/uploads.ts';
import { perform } from '../../app/commands.ts';
import { Button, Confirm, EmptyState, Page } from '../../components/index.ts';
import { useProgress } from '../../stores/progress.ts';
import { transferActions } from './actions.ts';
import { Batches } from './batches.tsx';
import { reasonWords } from './cells.ts';
import { ListToolbar } from './list-toolbar.tsx';
import { Overview } from './overview.tsx';
import { selectedCount } from '../../list/selection.ts';
import { whichOf } from './which.ts';
import { StateIcons } from './state-icons.tsx';
import '../../list/list.css';
import './uploads.css';
import { showEverything, useList } from './view-store.ts';

// The grid is the largest part of the window: it comes after the first paint.
const TransferList = lazy(async () => ({ default: (await import('./transfer-list.tsx')).TransferList }));

export function UploadsView() {
  const state = useProgress(({ progress }) => (progress === null ? null : progress.batches.length > 0));
  return (
    <Page title={uploads.title} actions={state === true && <AddButtons />}>
      {state === false && <Empty />}
      {state === true && (
        <div className="uploads">
          <Overview />
          <Batches />
          <Files />
        </div>
      )}
    </Page>
  );
}

function AddButtons() {
  return (
    <div className="row">
      <Button icon={FileUp} onPress={perform['add-files']}>
        {uploads.addFiles}
      </Button>
      <Button icon={FolderUp} variant="primary" onPress={perform['add-folder']}>
        {uploads.addFolder}
      </Button>
    </div>
  );
}

function Empty() {
  return (
    <div className="uploads-empty">
      <EmptyState icon={UploadCloud} title={uploads.empty.title} actions={<AddButtons />}>
        {uploads.empty.body}
      </EmptyState>
    </div>
  );
}

function Files() {
  const [asking, setAsking] = useState(false);
  const askToCancel = () => {
    const { selection, total } = useList.getState();
    if (selectedCount(selection, total) > 1) setAsking(true);
    else cancelSelected();
  };
  const nothing = useList(({ total }) => total === 0);
  const count = useList(({ selection, total }) => selectedCount(selection, total));
  return (
    <section className="files card" aria-label={uploads.list.title}>
      <StateIcons />
      <ListToolbar onCancel={askToCancel} />
      <div className="files-body">
        <Suspense fallback={null}>
          <TransferList onCancel={askToCancel} />
        </Suspense>
        {nothing && (
          <div className="files-nothing">
            <p className="muted">{uploads.list.nothingHere}</p>
            <Button size="small" onPress={showEverything}>
              {uploads.list.showAll}
            </Button>
          </div>
        )}
      </div>
      <ChosenReason />
      <Confirm
        title={uploads.confirmCancel.title(count)}
        isOpen={asking}
        action={uploads.confirmCancel.action}
        cancel={uploads.confirmCancel.keep}
        onCancel={() => setAsking(false)}
        onConfirm={() => {
          setAsking(false);
          cancelSelected();
        }}
      >
        {uploads.confirmCancel.body}
      </Confirm>
    </section>
  );
}

/** A row has room for the beginning of a reason: of the one that is selected all of it is here. */
function ChosenReason() {
  const words = useList(reasonOfChosen);
  return words === '' ? null : <p className="list-reason selectable">{words}</p>;
}

function reasonOfChosen({ chosen }: ReturnType<typeof useList.getState>): string {
  const [row, another] = chosen ?? [];
  return row === undefined || another !== undefined ? '' : reasonWords(row, Date.now());
}

function cancelSelected(): void {
  const { selection, view } = useList.getState();
  const which = whichOf(selection, view);
  if (which !== null) transferActions.cancel(which);
}
