import { ExternalLink, Files, FolderOpen, Link, Link2, ShieldCheck, ShieldQuestion, X } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';
import { formatBytes } from '../../../shared/format.ts';
import type { HistoryItem, HistoryRow } from '../../../shared/history.ts';
import { common } from '../../../shared/strings/common.ts';
import { history } from '../../../shared/strings/history.ts';
import { wordsOf } from '../../app/attempt.ts';
import { Badge, Button, Dialog, Icon, IconButton, Note } from '../../components/index.ts';
import { call } from '../../ipc.ts';
import { useFacets } from '../../stores/history-facets.ts';
import { historyActions } from './actions.ts';
import { kindIcons } from './kind-icons.tsx';
import { changesWords, crc32Words, finishedWords, exactTime, nameOf, partsWords } from './words.ts';

const words = history.details;

interface DetailsProps {
  row: HistoryRow;
  /** There is no room beside the list: they come in a dialog. */
  narrow: boolean;
  onClose: () => void;
}

/** All that is known of one file that was sent, and what can be done with it. */
export function Details({ row, narrow, onClose }: DetailsProps) {
  const name = nameOf(row.key);
  if (narrow) {
    return (
      <Dialog title={name} isOpen onClose={onClose} footer={<Button onPress={onClose}>{common.close}</Button>}>
        <Content row={row} />
      </Dialog>
    );
  }
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
        <h2 className="selectable">{name}</h2>
        <IconButton size="small" icon={X} label={words.close} onPress={onClose} />
      </header>
      <Content row={row} />
    </aside>
  );
}

function Content({ row }: { row: HistoryRow }) {
  const { item, refusal } = useItem(row.id);
  return (
    <>
      <Actions row={row} />
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
  }, [id]);
  return known;
}

function Actions({ row }: { row: HistoryRow }) {
  const { open, copyLink, copyUrl, reveal } = history.actions;
  return (
    <div className="history-actions">
      <Button size="small" icon={ExternalLink} variant="primary" onPress={() => historyActions.open(row)}>
        {open}
      </Button>
      <Button size="small" icon={Link} onPress={() => historyActions.copyLink(row)}>
        {copyLink}
      </Button>
      <Button size="small" icon={Link2} isDisabled={row.url === null} onPress={() => historyActions.copyUrl(row)}>
        {copyUrl}
      </Button>
      <Button size="small" icon={FolderOpen} onPress={() => historyActions.reveal(row)}>
        {reveal}
      </Button>
    </div>
  );
}

function Facts({ item }: { item: HistoryItem }) {
  const { receipt } = item;
  return (
    <div className="history-facts">
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
