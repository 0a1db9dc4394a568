import { CloudUpload } from 'lucide-react';
import { useEffect, useState } from 'react';
import { browse } from '../../shared/strings/browse.ts';
import { frame } from '../../shared/strings/frame.ts';
import { Icon, notify } from '../components/index.ts';
import { dropped } from '../ipc.ts';
import { addOffer } from '../stores/offers.ts';
import { folderLookedAt } from '../stores/upload-place.ts';
import { attempt } from './attempt.ts';

/** The whole window takes drops: this covers it while files are held over it. */
export function DropOverlay() {
  const [over, setOver] = useState(false);
  useEffect(() => followDrags(setOver), []);
  if (!over) return null;
  const into = folderLookedAt();
  return (
    <div className="drop-overlay" role="status">
      <div className="drop-target">
        <div className="empty-icon">
          <Icon of={CloudUpload} size={36} />
        </div>
        <p className="drop-title truncate">{into === null ? frame.drop.title : browse.drop.into(into.name)}</p>
        <p className="muted">{into?.refusal ?? frame.drop.hint}</p>
      </div>
    </div>
  );
}

/** Listens before React Aria's own drop targets do; returns what ends it. */
function followDrags(setOver: (over: boolean) => void): () => void {
  const ended = new AbortController();
  const options = { capture: true, signal: ended.signal };
  const hold = (event: DragEvent) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    if (event.dataTransfer !== null) event.dataTransfer.dropEffect = 'copy';
    setOver(true);
  };
  window.addEventListener('dragenter', hold, options);
  window.addEventListener('dragover', hold, options);
  // The pointer has left the window when it enters no other element.
  window.addEventListener('dragleave', (event) => event.relatedTarget === null && setOver(false), options);
  // A drag that was given up does not always say so; but as long as one goes on, the pointer is silent.
  window.addEventListener('pointermove', () => setOver(false), options);
  window.addEventListener(
    'drop',
    (event) => {
      event.preventDefault();
      setOver(false);
      take([...(event.dataTransfer?.files ?? [])]);
    },
    options,
  );
  return () => ended.abort();
}

function holdsFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false;
}

function take(files: File[]): void {
  if (files.length === 0) {
    notify('warning', frame.drop.nothing);
    return;
  }
  const into = folderLookedAt();
  if (into !== null && into.refusal !== null) notify('warning', into.refusal);
  else void attempt(async () => addOffer(await dropped(files), into?.place ?? null));
}
