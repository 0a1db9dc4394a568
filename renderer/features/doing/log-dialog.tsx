import { FolderClock, Trash2 } from 'lucide-react';
import { doing } from '../../../shared/strings/doing.ts';
import { Button, Dialog, EmptyState, Note, Spinner } from '../../components/index.ts';
import { useBrowse } from '../../stores/browse.ts';
import { useNavigation } from '../../stores/navigation.ts';
import { refusalOf, useRights } from '../../stores/rights.ts';
import { GreyedButton } from '../browse/greyed-button.tsx';
import { showDeleted } from './actions.ts';
import { LogEntry } from './log-entry.tsx';
import { useDeletionLog } from './use-log.ts';

const words = doing.log;

/** What was deleted, the newest first, with what can still be done about it. */
export function DeletionsDialog({ onClose }: { onClose: () => void }) {
  const { list, refusal, more, load } = useDeletionLog();
  return (
    <Dialog
      title={words.title}
      size="widest"
      isOpen
      onClose={onClose}
      footer={
        <>
          <DeletedHere />
          <Button onPress={onClose} autoFocus>
            {words.close}
          </Button>
        </>
      }
    >
      <div role="alert">
        {refusal !== null && (
          <Note tone="danger" actions={<Button onPress={load}>{words.retry}</Button>}>
            {refusal}
          </Note>
        )}
      </div>
      {list === null && refusal === null && (
        <p className="doing-counting" role="status">
          <Spinner /> {words.loading}
        </p>
      )}
      {list?.length === 0 && (
        <EmptyState icon={Trash2} title={words.empty}>
          {words.emptyHint}
        </EmptyState>
      )}
      {list !== null && list.length > 0 && (
        <>
          <p className="muted">{words.about}</p>
          <ul className="doing-log" aria-label={words.list}>
            {list.map((info) => (
              <LogEntry key={info.id} info={info} />
            ))}
          </ul>
          {more !== null && (
            <Button size="small" onPress={more}>
              {words.more}
            </Button>
          )}
        </>
      )}
    </Dialog>
  );
}

/** Of the folder that is looked at: deleted by others, or elsewhere, too. */
function DeletedHere() {
  const connectionId = useBrowse((state) => state.connectionId);
  const prefix = useBrowse((state) => state.prefix);
  const isBrowsing = useNavigation(({ view }) => view === 'browse');
  const refusal = useRights(({ rights }) => refusalOf(rights, 'list-versions', prefix));
  if (!isBrowsing || connectionId === null) return null;
  return (
    <GreyedButton icon={FolderClock} size="normal" refusal={refusal} onPress={() => showDeleted(connectionId, prefix)}>
      {doing.deleted.open}
    </GreyedButton>
  );
}
