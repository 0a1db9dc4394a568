import { Ban, ChevronRight, CircleCheck, CircleDashed, Lock, TriangleAlert, type LucideIcon } from 'lucide-react';
import { Disclosure, DisclosurePanel } from 'react-aria-components';
import type { ReadOutcome, SettingRead, UploadsLeft } from '../../../shared/bucket-check.ts';
import { bucketCheck } from '../../../shared/strings/bucket-check.ts';
import { bucketPage } from '../../../shared/strings/bucket-page.ts';
import { Button, Icon, Spinner } from '../../components/index.ts';
import { Code } from './mend-dialog.tsx';

const words = bucketPage.check;

type Name = SettingRead['name'];
export const allReads = Object.keys(bucketCheck.settings) as Name[];

interface ReadingsProps {
  reads: readonly SettingRead[];
  /** null: not known */
  uploads: UploadsLeft | null;
  isRunning: boolean;
}

/** Every setting by itself: how its reading went, and what the storage has. */
export function Readings({ reads, uploads, isRunning }: ReadingsProps) {
  return (
    <section className="card bucket-reads">
      <h2>{words.reads}</h2>
      <p className="muted">{words.readsHint}</p>
      <ul>
        {allReads.map((name) => {
          const read = reads.find((one) => one.name === name);
          return (
            <li key={name}>
              {read === undefined ? isRunning && <Waiting name={name} /> : <Reading read={read} uploads={uploads} />}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Waiting({ name }: { name: Name }) {
  return (
    <p className="bucket-waiting muted">
      <Spinner size={14} />
      <span>{bucketCheck.settings[name]}</span>
      <span className="visually-hidden">{words.reading}</span>
    </p>
  );
}

const icons: Record<ReadOutcome, LucideIcon> = {
  read: CircleCheck,
  denied: Lock,
  unsupported: Ban,
  failed: TriangleAlert,
};

function Reading({ read, uploads }: { read: SettingRead; uploads: UploadsLeft | null }) {
  const { name, outcome, text, message } = read;
  const isUnset = outcome === 'read' && text === '' && name !== 'uploads';
  return (
    <Disclosure className="bucket-fold">
      <Button slot="trigger" variant="quiet" size="small" icon={ChevronRight}>
        <span className="bucket-read-mark" data-outcome={outcome}>
          <Icon of={isUnset ? CircleDashed : icons[outcome]} size={14} />
        </span>
        <span className="truncate">{bucketCheck.settings[name]}</span>
        <span className="bucket-outcome">{isUnset ? bucketCheck.nothingSet : bucketCheck.outcomes[outcome]}</span>
      </Button>
      <DisclosurePanel className="bucket-fold-body">
        {name === 'uploads' && outcome === 'read' ? (
          <p>{uploads !== null && uploadsWords(uploads)}</p>
        ) : text === '' ? (
          <p>{message === '' ? bucketCheck.nothingSet : message}</p>
        ) : (
          <Code label={bucketCheck.settings[name]} text={text} />
        )}
      </DisclosurePanel>
    </Disclosure>
  );
}

function uploadsWords({ count, more, bytes, bytesKnown }: UploadsLeft): string {
  return `${bucketCheck.count(count, more)}, ${bucketCheck.bytes(bytes, bytesKnown)}`;
}
