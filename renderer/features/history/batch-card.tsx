import { Braces, Download, Files, ShieldCheck, Table, X, type LucideIcon } from 'lucide-react';
import type { BatchDetails } from '../../../shared/destination.ts';
import type { ExportForm, HistoryBatch } from '../../../shared/history.ts';
import { history } from '../../../shared/strings/history.ts';
import { Badge, Button, Icon, IconButton, MenuButton } from '../../components/index.ts';
import { useFacets } from '../../stores/history-facets.ts';
import { useVerifying, verifyBatch } from '../../stores/history-verify.ts';
import { showBatchAlone, useHistory } from '../../stores/history.ts';
import { askForSearch } from '../../stores/search-request.ts';
import { exportBatch } from './actions.ts';
import { Verification } from './verification.tsx';
import { dayTime } from './words.ts';

const words = history.batch;
const forms = Object.keys(words.forms) as ExportForm[];
const formIcons: Record<ExportForm, LucideIcon> = {
  'receipts-csv': Table,
  'receipts-json': Braces,
  'mapping-csv': Table,
  'mapping-json': Braces,
};

/** The upload that is shown alone: what is said of it, and what can be done with it as a whole. */
export function BatchCard() {
  const batchId = useHistory(({ filters }) => filters.batchId);
  const batch = useFacets(({ batches }) => batches?.find(({ id }) => id === batchId) ?? null);
  if (batch === null) return null;
  return (
    <section className="card history-batch" aria-label={words.label(batch.name)}>
      <div className="history-batch-head">
        <Icon of={Files} size={20} />
        <div className="history-batch-words">
          <h2 className="selectable">{batch.name}</h2>
          <p className="muted">{words.facts(dayTime(batch.createdAt), batch.objects, batch.bytes)}</p>
          <Details of={batch.details} name={batch.name} />
        </div>
        <Commands batch={batch} />
      </div>
      <Verification batchId={batch.id} />
    </section>
  );
}

function Commands({ batch }: { batch: HistoryBatch }) {
  const busy = useVerifying(({ byBatch }) => byBatch.get(batch.id)?.state === 'running');
  return (
    <div className="row history-batch-commands">
      <Button icon={ShieldCheck} isPending={busy} onPress={() => void verifyBatch(batch.id)}>
        {words.verify}
      </Button>
      <MenuButton
        label={words.export}
        items={forms.map((form) => ({
          ...{ id: form, label: words.forms[form], icon: formIcons[form] },
          onAction: () => exportBatch(batch.id, form),
        }))}
      >
        <Button icon={Download}>{words.export}</Button>
      </MenuButton>
      <IconButton
        icon={X}
        label={words.leave}
        onPress={() => {
          showBatchAlone(null);
          askForSearch();
        }}
      />
    </div>
  );
}

/** What the person said of it when they sent it. */
function Details({ of: details, name }: { of: BatchDetails; name: string }) {
  const { title, description, event, session, person, tags } = details;
  const facts = [
    ...(title === name ? [] : [title]),
    event === '' ? '' : `${words.event}: ${event}`,
    session === '' ? '' : `${words.session}: ${session}`,
    person === '' ? '' : `${words.person}: ${person}`,
  ].filter((fact) => fact !== '');
  return (
    <>
      {description !== '' && <p className="history-description selectable">{description}</p>}
      {facts.length + tags.length > 0 && (
        <ul className="history-said">
          {facts.map((fact) => (
            <li key={fact} className="selectable">
              {fact}
            </li>
          ))}
          {tags.map((tag) => (
            <li key={`tag ${tag}`}>
              <Badge>{tag}</Badge>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
