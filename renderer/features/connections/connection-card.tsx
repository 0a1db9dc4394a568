import {
  FolderOpen,
  GraduationCap,
  Lock,
  Pencil,
  PlugZap,
  ScanSearch,
  ShieldAlert,
  ShieldCheck,
  ShieldQuestion,
  Trash2,
} from 'lucide-react';
import type { ConnectionDraft, ConnectionInfo, S3ConnectionInfo } from '../../../shared/ipc.ts';
import { recognise } from '../../../shared/providers.ts';
import { bucketPage } from '../../../shared/strings/bucket-page.ts';
import { connections as words } from '../../../shared/strings/connections.ts';
import { attempt } from '../../app/attempt.ts';
import { Badge, Button, Icon, IconButton } from '../../components/index.ts';
import { call } from '../../ipc.ts';
import { openBucketPage } from '../../stores/bucket.ts';
import { Abilities } from './abilities.tsx';
import { providerIcon } from './kind-choice.tsx';
import { TestResult } from './test-result.tsx';
import { headingId } from './element-ids.ts';
import { useTest } from './use-test.ts';

export interface ConnectionCardProps {
  connection: S3ConnectionInfo;
  /** `region`: to be filled in */
  onEdit: (region?: string) => void;
  onRemove: () => void;
}

export function ConnectionCard({ connection, onEdit, onRemove }: ConnectionCardProps) {
  const tester = useTest();
  const { name, practice } = connection;
  const draft: ConnectionDraft = { id: connection.id, name, config: connection.config, secret: null };
  const busy = tester.state.at === 'testing' || tester.state.at === 'creating';
  const { provider } = recognise(connection.config);
  return (
    <li className="card connection-card">
      <div className="connection-row">
        <span className="provider-icon">
          <Icon of={practice ? GraduationCap : providerIcon(provider.id)} size={20} />
        </span>
        <div className="connection-facts">
          <div className="row">
            <h2 className="selectable" id={headingId(connection.id)} tabIndex={-1}>
              {name}
            </h2>
            {practice && <Badge tone="accent">{words.list.practice}</Badge>}
            {connection.config.readOnly === true && <Badge icon={Lock}>{words.form.readOnly}</Badge>}
          </div>
          <p className="selectable">{whereabouts(connection)}</p>
          <Proof connection={connection} />
          {connection.capabilities !== null && <Abilities name={name} capabilities={connection.capabilities} />}
        </div>
        <div className="connection-actions">
          <Button
            size="small"
            icon={PlugZap}
            aria-label={words.list.test(name)}
            isPending={busy}
            onPress={() => void tester.run(draft)}
          >
            {words.form.test}
          </Button>
          <IconButton
            size="small"
            icon={ScanSearch}
            label={bucketPage.open(name)}
            onPress={() => openBucketPage(connection.id)}
          />
          {practice ? <OpenPractice /> : <EditButton name={name} onPress={() => onEdit()} />}
          <IconButton size="small" icon={Trash2} label={words.list.remove(name)} onPress={onRemove} />
        </div>
      </div>
      <TestResult
        state={tester.state}
        bucket={connection.config.bucket}
        onCreateBucket={() => void tester.createBucket(draft)}
        onUseRegion={onEdit}
      />
    </li>
  );
}

/** Provider, bucket, and where that is. */
function whereabouts({ config, practice }: S3ConnectionInfo): string {
  const { provider } = recognise(config);
  if (practice) return `${config.bucket} · ${words.list.onThisComputer}`;
  const own = provider.asks.includes('address') && config.endpoint !== null;
  const where = own ? new URL(config.endpoint ?? '').host : config.region;
  return [provider.name, config.bucket, where].join(' · ');
}

function Proof({ connection }: { connection: ConnectionInfo }) {
  const integrity = connection.capabilities?.integrity ?? null;
  const icon = integrity === null ? ShieldQuestion : integrity === 'none' ? ShieldAlert : ShieldCheck;
  return (
    <p className="connection-proof" data-integrity={integrity ?? 'unknown'}>
      <Icon of={icon} />
      {integrity === null ? words.list.untested : words.integrity[integrity]}
    </p>
  );
}

function EditButton({ name, onPress }: { name: string; onPress: () => void }) {
  return <IconButton size="small" icon={Pencil} label={words.list.edit(name)} onPress={onPress} />;
}

function OpenPractice() {
  const open = () => void attempt(() => call('app.openFolder', { folder: 'practice' }));
  return <IconButton size="small" icon={FolderOpen} label={words.list.openPractice} onPress={open} />;
}
