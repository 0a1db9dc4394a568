import {
  Download,
  ExternalLink,
  Files,
  FolderOpen,
  Link,
  Link2,
  ShieldCheck,
  ShieldQuestion,
  Trash2,
  X,
} from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';
import { formatBytes } from '../../../shared/format.ts';
import type { HistoryItem, HistoryRow, HistorySession } from '../../../shared/history.ts';
import { ownNameOf } from '../../../shared/own-name.ts';
import { common } from '../../../shared/strings/common.ts';
import { history } from '../../../shared/strings/history.ts';
import { wordsOf } from '../../app/attempt.ts';
import { ConfirmRemoval } from '../../app/confirm-removal.tsx';
import { Badge, Button, Dialog, Icon, IconButton, Note } from '../../components/index.ts';
import { call } from '../../ipc.ts';
import { useFacets } from '../../stores/history-facets.ts';
import { useHistory } from '../../stores/history.ts';
import { historyActions } from './actions.ts';
import { kindIcons } from './kind-icons.tsx';
import { changesWords, crc32Words, finishedWords, exactTime, nameOf, partsWords, titleOf } from './words.ts';

const words = history.details;

interface DetailsProps {
  row: HistoryRow;
  /** There is no room beside the list: they come in a dialog. */
  narrow: boolean;
  onClose: () => void;
}

/** All that is known of one file that was sent, and what can be done with it. */
export function Details({ row, narrow, onClose }: DetailsProps) {
  /** the file about which it is asked whether it is to be deleted; it stays so when the window gets another width */
  const [asked, setAsked] = useState<number | null>(null);
  const content = <Content row={row} onRemove={() => setAsked(row.id)} />;
  return (
    <>
      {narrow ? (
        <Over row={row} content={content} onClose={onClose} />
      ) : (
        <Beside row={row} content={content} onClose={onClose} />
      )}
      {/* Made anew with its frame: it is to be above it. */}
      {asked === row.id && <AskToRemove key={String(narrow)} row={row} onClose={() => setAsked(null)} />}
    </>
  );
}

interface FrameProps {
  row: HistoryRow;
  content: ReactNode;
  onClose: () => void;
}

function Over({ row, content, onClose }: FrameProps) {
  const footer = <Button onPress={onClose}>{common.close}</Button>;
  return (
    <Dialog title={titleOf(row)} isOpen onClose={onClose} footer={footer}>
      {content}
    </Dialog>
  );
}

function Beside({ row, content, onClose }: FrameProps) {
  return (
    <aside
      className="history-details"
      aria-label={words.title}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
      }}
    >
      <header className="history-details-head">
        <Icon of={kindIcons[row.kind]} size={20} />
        <h2 className="selectable">{titleOf(row)}</h2>
        <IconButton size="small" icon={X} label={words.close} onPress={onClose} />
      </header>
      {content}
    </aside>
  );
}

function Content({ row, onRemove }: { row: HistoryRow; onRemove: () => void }) {
  const { item, refusal } = useItem(row.id);
  return (
    <>
      <Actions row={row} item={item?.id === row.id ? item : null} onRemove={onRemove} />
      {refusal !== null && (
        <Note tone="danger" role="alert">
          {refusal}
        </Note>
      )}
      {item !== null && <Facts item={item} />}
    </>
  );
}

interface Known {
  item: HistoryItem | null;
  refusal: string | null;
}

const nothingKnown: Known = { item: null, refusal: null };

/** What is known of the file before is shown until that of the next one is there: it does not flicker. */
function useItem(id: number): Known {
  const [known, setKnown] = useState<Known>(nothingKnown);
  const removals = useHistory((state) => state.removals);
  useEffect(() => {
    let isWanted = true;
    const show = (next: Known) => {
      if (isWanted) setKnown(next);
    };
    call('history.item', { id }).then(
      (item) => show({ item, refusal: null }),
      (error: unknown) => show({ item: null, refusal: wordsOf(error) }),
    );
    return () => {
      isWanted = false;
    };
  }, [id, removals]);
  return known;
}

/** What is not known yet may well be there: it is then refused with words. */
function Actions({ row, item, onRemove }: { row: HistoryRow; item: HistoryItem | null; onRemove: () => void }) {
  const { open, copyLink, copyUrl, reveal, remove } = history.actions;
  const gone = (item ?? row).removedAt !== null;
  const can = item?.can ?? { link: true, open: true, save: false, remove: false };
  const [saving, setSaving] = useState(false);
  const save = async () => {
    setSaving(true);
    await historyActions.save(row);
    setSaving(false);
  };
  return (
    <div className="history-actions">
      <Button
        size="small"
        icon={ExternalLink}
        variant="primary"
        isDisabled={gone || !can.open}
        onPress={() => historyActions.open(row)}
      >
        {open}
      </Button>
      <Button size="small" icon={Link} isDisabled={gone || !can.link} onPress={() => historyActions.copyLink(row)}>
        {copyLink}
      </Button>
      <Button
        size="small"
        icon={Link2}
        isDisabled={gone || row.url === null}
        onPress={() => historyActions.copyUrl(row)}
      >
        {copyUrl}
      </Button>
      {can.save && !gone && (
        <Button size="small" icon={Download} isPending={saving} onPress={() => void save()}>
          {history.actions.save}
        </Button>
      )}
      <Button size="small" icon={FolderOpen} onPress={() => historyActions.reveal(row)}>
        {reveal}
      </Button>
      {can.remove && !gone && (
        <Button size="small" icon={Trash2} onPress={onRemove}>
          {remove}
        </Button>
      )}
    </div>
  );
}

function AskToRemove({ row, onClose }: { row: HistoryRow; onClose: () => void }) {
  const { title, text, session, confirm, cancel } = history.remove;
  return (
    <ConfirmRemoval
      words={{ title: title(ownNameOf(row.source)), text: row.sessionFiles === null ? text : session, confirm, cancel }}
      remove={() => historyActions.remove(row)}
      onRemoved={onClose}
      onClose={onClose}
    />
  );
}

function Facts({ item }: { item: HistoryItem }) {
  const { receipt } = item;
  return (
    <div className="history-facts">
      {item.removedAt !== null && <Note tone="warning">{words.deletedAt(exactTime(item.removedAt))}</Note>}
      <p className="history-proof" data-integrity={receipt.integrity}>
        <Icon of={receipt.integrity === 'none' ? ShieldQuestion : ShieldCheck} />
        <span>{words.integrity[receipt.integrity]}</span>
      </p>
      <Section title={words.where}>
        <Fact name={words.destination}>{item.destinationName}</Fact>
        <Fact name={words.connection}>{item.connectionName}</Fact>
        <Fact name={words.key}>{item.key}</Fact>
        <Fact name={words.address}>{item.url}</Fact>
        <Fact name={words.version}>{receipt.versionId}</Fact>
      </Section>
      {item.session !== null && <OfSession session={item.session} />}
      <Section title={words.sent}>
        <Fact name={words.size}>{formatBytes(item.size)}</Fact>
        <Fact name={words.type}>{item.type}</Fact>
        <Fact name={words.changes}>{changesWords(receipt.changes)}</Fact>
        <Fact name={words.parts}>{partsWords(receipt)}</Fact>
        <Fact name={words.crc32}>{receipt.crc32 === null ? null : <code>{crc32Words(receipt.crc32)}</code>}</Fact>
        <Fact name={words.etag}>{receipt.etag === null ? null : <code>{receipt.etag}</code>}</Fact>
      </Section>
      <Section title={words.when}>
        <Fact name={words.begun}>{receipt.begunAt === null ? null : exactTime(receipt.begunAt)}</Fact>
        <Fact name={words.finished}>{finishedWords(receipt.begunAt, item.finishedAt)}</Fact>
      </Section>
      <Section title={words.local}>
        <Fact name={words.source}>{item.source}</Fact>
        <Fact name={words.sourceSize}>{receipt.sourceSize === null ? null : formatBytes(receipt.sourceSize)}</Fact>
      </Section>
      <OfBatch item={item} />
    </div>
  );
}

function OfSession({ session }: { session: HistorySession }) {
  const others = session.others.map(({ key, size }) => `${nameOf(key)}, ${formatBytes(size)}`);
  return (
    <Section title={words.sessionTitle}>
      <Fact name={words.sessionState}>{session.told ? words.sessionTold : words.sessionOpen}</Fact>
      <Fact name={words.sessionId}>{session.id}</Fact>
      <Fact name={words.sessionOthers}>{others.join('; ')}</Fact>
    </Section>
  );
}

function OfBatch({ item }: { item: HistoryItem }) {
  const name = useFacets(({ batches }) => batches?.find(({ id }) => id === item.batchId)?.name ?? null);
  const { title, description, event, session, person, tags } = item.details;
  const { batch } = history;
  return (
    <Section
      title={words.batch}
      action={
        <Button size="small" icon={Files} onPress={() => historyActions.showBatch(item)}>
          {history.actions.showBatch}
        </Button>
      }
    >
      <Fact name={history.list.columns.name}>{name ?? title}</Fact>
      <Fact name={batch.description}>{description}</Fact>
      <Fact name={batch.event}>{event}</Fact>
      <Fact name={batch.session}>{session}</Fact>
      <Fact name={batch.person}>{person}</Fact>
      <Fact name={batch.tags}>
        {tags.length === 0 ? null : (
          <span className="row">
            {tags.map((tag) => (
              <Badge key={tag}>{tag}</Badge>
            ))}
          </span>
        )}
      </Fact>
    </Section>
  );
}

function Section({ title, action, children }: { title: string; action?: ReactNode; children: ReactNode }) {
  return (
    <section>
      <h3>{title}</h3>
      <dl>{children}</dl>
      {action}
    </section>
  );
}

/** A line that is there only when something is known. */
function Fact({ name, children }: { name: string; children: ReactNode }) {
  if (children === null || children === '') return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd className="selectable">{children}</dd>
    </div>
  );
}
