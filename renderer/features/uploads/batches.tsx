import { Folders, FolderUp } from 'lucide-react';
import { ListBox, ListBoxItem } from 'react-aria-components';
import type { BatchInfo } from '../../../shared/ipc.ts';
import { uploads } from '../../../shared/strings/uploads.ts';
import { Icon } from '../../components/index.ts';
import { useProgress } from '../../stores/progress.ts';
import { showView, useList } from './view-store.ts';
import { batchName, batchShare, countOf, isFinished, percentWords, wantedFiles, whenWords } from './words.ts';

const words = uploads.batches;
const everything = 'everything';
const noBatches: BatchInfo[] = [];

/** Each drop with its own progress, the newest first; choosing one shows its files alone. */
export function Batches() {
  const batches = useProgress((state) => state.progress?.batches ?? noBatches);
  const chosen = useList((state) => state.view.batchId);
  if (batches.length === 0) return null;
  const newestFirst = batches.toSorted((a, b) => b.id - a.id);
  return (
    <ListBox
      aria-label={words.title}
      className="batches"
      orientation="horizontal"
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[chosen === null ? everything : String(chosen)]}
      onSelectionChange={(keys) => {
        const [key] = keys === 'all' ? [] : keys;
        showView({ batchId: key === everything || key === undefined ? null : Number(key) });
      }}
    >
      {batches.length > 1 && (
        <ListBoxItem id={everything} textValue={words.all} className="batch batch-all">
          <Icon of={Folders} />
          <span className="batch-label">{words.all}</span>
          <span className="small muted">{words.allHint(batches.length)}</span>
        </ListBoxItem>
      )}
      {newestFirst.map((batch) => {
        // An item of React Aria keeps its id as long as it lives: its key changes with it.
        const id = batches.length === 1 ? everything : String(batch.id);
        return <Batch key={id} id={id} batch={batch} />;
      })}
    </ListBox>
  );
}

function Batch({ id, batch }: { id: string; batch: BatchInfo }) {
  const name = batchName(batch.roots);
  const share = batchShare(batch);
  return (
    <ListBoxItem id={id} textValue={name} className="batch">
      <span className="batch-name">
        <Icon of={FolderUp} />
        <span className="batch-label truncate">{name}</span>
        <span className="small muted">{batchState(batch, share)}</span>
      </span>
      <span className="small muted truncate">{words.to(batch.connectionName, whenWords(batch.createdAt))}</span>
      <span className="progress-track" data-size="thin" aria-hidden>
        <span className="progress-fill batch-fill" style={{ transform: `scaleX(${share ?? 0})` }} />
      </span>
    </ListBoxItem>
  );
}

function batchState(batch: BatchInfo, share: number | null): string {
  const failed = countOf(batch.totals, 'failed');
  if (batch.scanning) return words.scanning;
  if (!isFinished(batch)) return percentWords(share ?? 0);
  if (failed > 0) return uploads.overview.failed(failed);
  return uploads.files(wantedFiles(batch.totals));
}
