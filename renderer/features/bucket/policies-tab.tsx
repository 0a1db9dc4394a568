import { Copy, Save, Signpost } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { Destination } from '../../../shared/destination.ts';
import { principalSchema, type PolicyRole } from '../../../shared/iam-policy.ts';
import type { S3ConnectionInfo } from '../../../shared/ipc.ts';
import { bucketPage } from '../../../shared/strings/bucket-page.ts';
import { attempt, wordsOf } from '../../app/attempt.ts';
import { perform } from '../../app/commands.ts';
import { Button, Chips, EmptyState, Note, notify, Select, TextField } from '../../components/index.ts';
import { call } from '../../ipc.ts';
import { useDestinations } from '../../stores/destinations.ts';
import { Code } from './mend-dialog.tsx';

const words = bucketPage.policies;
type PolicyPlace = keyof typeof words.places;
const places: readonly PolicyPlace[] = ['iam', 'bucket'];
const roles = Object.keys(words.roles) as PolicyRole[];

/** The least that keys must be allowed, for each destination of this connection and each use. */
export function PoliciesTab({ connection }: { connection: S3ConnectionInfo }) {
  const all = useDestinations((state) => state.list);
  const [chosen, setChosen] = useState<number | null>(null);
  const [role, setRole] = useState<PolicyRole>('upload');
  const [goes, setGoes] = useState<PolicyPlace>('iam');
  const [principal, setPrincipal] = useState('');
  const own = all?.filter(({ connectionId }) => connectionId === connection.id) ?? [];
  const destination = own.find(({ id }) => id === chosen) ?? own[0];
  if (destination === undefined) return <None />;
  const user = principalSchema.safeParse(principal).data ?? null;
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
          <div className="field">
            <span className="label">{words.goes}</span>
            <Chips
              label={words.goes}
              choices={places.map((id) => ({ id, label: words.places[id] }))}
              value={goes}
              onChange={setGoes}
            />
          </div>
          {goes === 'bucket' && (
            <TextField
              label={words.principal}
              description={words.principalHint}
              mono
              value={principal}
              onChange={setPrincipal}
              error={principal === '' || user !== null ? null : words.principalMissing}
              maxLength={2048}
            />
          )}
        </div>
        <p>{words.roleHints[role]}</p>
        {goes === 'iam' ? (
          <PolicyText key={`${destination.id} ${role}`} {...{ destination, role, principal: null }} />
        ) : user === null ? (
          principal === '' && <p className="muted">{words.principalMissing}</p>
        ) : (
          <PolicyText key={`${destination.id} ${role} ${user}`} {...{ destination, role, principal: user }} />
        )}
        {connection.config.endpoint !== null && <p className="muted small">{words.elsewhere}</p>}
      </div>
    </div>
  );
}

interface PolicyTextProps {
  destination: Destination;
  role: PolicyRole;
  /** null: for IAM */
  principal: string | null;
}

function PolicyText({ destination: { id: destinationId, rules }, role, principal }: PolicyTextProps) {
  const [text, setText] = useState('');
  const [refusal, setRefusal] = useState<string | null>(null);
  useEffect(() => {
    let ended = false;
    call('bucketCheck.policy', { destinationId, role, principal }).then(
      (policy) => {
        if (ended) return;
        setText(policy.text);
        setRefusal(null);
      },
      (error: unknown) => {
        if (!ended) setRefusal(wordsOf(error));
      },
    );
    return () => {
      ended = true;
    };
    // What the destination does makes the policy.
  }, [destinationId, role, principal, rules]);
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
      const file = await call('bucketCheck.savePolicy', { destinationId, role, principal });
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
