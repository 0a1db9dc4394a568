import { Copy, Save, Signpost } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { Destination } from '../../../shared/destination.ts';
import type { PolicyRole } from '../../../shared/iam-policy.ts';
import type { S3ConnectionInfo } from '../../../shared/ipc.ts';
import { bucketPage } from '../../../shared/strings/bucket-page.ts';
import { attempt, wordsOf } from '../../app/attempt.ts';
import { perform } from '../../app/commands.ts';
import { Button, Chips, EmptyState, Note, notify, Select } from '../../components/index.ts';
import { call } from '../../ipc.ts';
import { useDestinations } from '../../stores/destinations.ts';
import { Code } from './mend-dialog.tsx';

const words = bucketPage.policies;
const roles = Object.keys(words.roles) as PolicyRole[];

/** The least that keys must be allowed, for each destination of this connection and each use. */
export function PoliciesTab({ connection }: { connection: S3ConnectionInfo }) {
  const all = useDestinations((state) => state.list);
  const [chosen, setChosen] = useState<number | null>(null);
  const [role, setRole] = useState<PolicyRole>('upload');
  const own = all?.filter(({ connectionId }) => connectionId === connection.id) ?? [];
  const destination = own.find(({ id }) => id === chosen) ?? own[0];
  if (destination === undefined) return <None />;
  return (
    <div className="stack bucket-policies">
      <p className="muted">{words.intro}</p>
      <div className="card card-body">
        <div className="bucket-policy-choice">
          <Select
            label={words.destination}
            options={own.map(({ id, rules }) => ({ id: String(id), label: rules.name }))}
            value={String(destination.id)}
            onChange={(id) => setChosen(Number(id))}
          />
          <div className="field">
            <span className="label">{words.role}</span>
            <Chips
              label={words.role}
              choices={roles.map((id) => ({ id, label: words.roles[id] }))}
              value={role}
              onChange={setRole}
            />
          </div>
        </div>
        <p>{words.roleHints[role]}</p>
        <PolicyText key={`${destination.id} ${role}`} destination={destination} role={role} />
        {connection.config.endpoint !== null && <p className="muted small">{words.elsewhere}</p>}
      </div>
    </div>
  );
}

function PolicyText({
  destination: { id: destinationId, rules },
  role,
}: {
  destination: Destination;
  role: PolicyRole;
}) {
  const [text, setText] = useState('');
  const [refusal, setRefusal] = useState<string | null>(null);
  useEffect(() => {
    let ended = false;
    call('bucketCheck.policy', { destinationId, role }).then(
      (policy) => {
        if (!ended) setText(policy.text);
      },
      (error: unknown) => setRefusal(wordsOf(error)),
    );
    return () => {
      ended = true;
    };
    // What the destination does makes the policy.
  }, [destinationId, role, rules]);
  if (refusal !== null) {
    return (
      <Note tone="danger" role="alert">
        {refusal}
      </Note>
    );
  }
  const copy = () =>
    void attempt(async () => {
      await navigator.clipboard.writeText(text);
      notify('info', words.copied);
    });
  const save = () =>
    void attempt(async () => {
      const file = await call('bucketCheck.savePolicy', { destinationId, role });
      if (file !== null) notify('info', words.saved(file));
    });
  return (
    <>
      <div className="row">
        <Button icon={Copy} isDisabled={text === ''} onPress={copy}>
          {words.copy}
        </Button>
        <Button icon={Save} isDisabled={text === ''} onPress={save}>
          {words.save}
        </Button>
      </div>
      <Code label={words.text} text={text} />
    </>
  );
}

function None() {
  return (
    <div className="bucket-empty">
      <EmptyState
        icon={Signpost}
        title={words.none}
        actions={
          <Button variant="primary" onPress={perform['show-destinations']}>
            {words.noneAction}
          </Button>
        }
      >
        {words.noneText}
      </EmptyState>
    </div>
  );
}
