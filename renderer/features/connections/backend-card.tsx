import { KeyRound, LogIn, LogOut, Pencil, PlugZap, Trash2, UserRoundX } from 'lucide-react';
import { useEffect, useState } from 'react';
import { placeName } from '../../../shared/connection-kind.ts';
import type { BrokerCounts } from '../../../shared/domain.ts';
import type { BackendDraft, BackendInfo, SignInState } from '../../../shared/ipc.ts';
import { backends } from '../../../shared/strings/backends.ts';
import { connections } from '../../../shared/strings/connections.ts';
import { attempt } from '../../app/attempt.ts';
import { Badge, Button, Icon, IconButton } from '../../components/index.ts';
import { call } from '../../ipc.ts';
import { useProgress } from '../../stores/progress.ts';
import { askSignIn, useSignIns } from '../../stores/sign-ins.ts';
import { BackendResult } from './backend-result.tsx';
import { headingId } from './element-ids.ts';
import { backendIcon } from './kind-choice.tsx';
import { useBackendTest } from './use-backend-test.ts';

const words = backends.card;

export interface BackendCardProps {
  connection: BackendInfo;
  onEdit: () => void;
  onRemove: () => void;
}

/** A connection to a backend: where it is, who is signed in, and what went over it. */
export function BackendCard({ connection, onEdit, onRemove }: BackendCardProps) {
  const { id, name, config, practice } = connection;
  const tester = useBackendTest();
  const state = useSignIns(({ list }) => list.find(({ connectionId }) => connectionId === id));
  const draft: BackendDraft = { id, name, settings: config.settings, signIn: null };
  return (
    <li className="card connection-card">
      <div className="connection-row">
        <span className="provider-icon">
          <Icon of={backendIcon} size={20} />
        </span>
        <div className="connection-facts">
          <div className="row">
            <h2 className="selectable" id={headingId(id)} tabIndex={-1}>
              {name}
            </h2>
            {practice && <Badge tone="accent">{connections.list.practice}</Badge>}
          </div>
          <p className="selectable">
            {[connections.list.backend, backends.kinds[config.settings.kind].name, placeName(config)].join(' · ')}
          </p>
          {state !== undefined && <Who state={state} />}
          {practice && state?.signedIn === false && <p className="muted small">{words.practiceSignIn}</p>}
          <Counts id={id} />
        </div>
        <div className="connection-actions">
          {state !== undefined && !state.signedIn && (
            <Button
              size="small"
              variant="primary"
              icon={LogIn}
              aria-label={words.signInTo(name)}
              onPress={() => askSignIn(id)}
            >
              {words.signIn}
            </Button>
          )}
          <Button
            size="small"
            icon={PlugZap}
            aria-label={connections.list.test(name)}
            isPending={tester.state.at === 'testing'}
            onPress={() => void tester.run(draft)}
          >
            {connections.form.test}
          </Button>
          {state?.signedIn === true && (
            <IconButton size="small" icon={LogOut} label={words.signOut(name)} onPress={() => signOut(id)} />
          )}
          {!practice && <IconButton size="small" icon={Pencil} label={connections.list.edit(name)} onPress={onEdit} />}
          <IconButton size="small" icon={Trash2} label={connections.list.remove(name)} onPress={onRemove} />
        </div>
      </div>
      <BackendResult state={tester.state} />
    </li>
  );
}

function signOut(connectionId: number): void {
  void attempt(() => call('signIns.out', { connectionId }));
}

function Who({ state: { signedIn, username, user } }: { state: SignInState }) {
  const who = username === '' ? (user ?? '') : username;
  return (
    <p className="connection-proof" data-integrity={signedIn ? 'crc32' : 'none'}>
      <Icon of={signedIn ? KeyRound : UserRoundX} />
      {!signedIn ? words.signedOut : who === '' ? words.signedIn : words.signedInAs(who)}
    </p>
  );
}

function Counts({ id }: { id: number }) {
  const counts = useCounts(id);
  if (counts === null) return null;
  const { successes, failures, bytes, ms } = counts;
  const ended = successes + failures;
  const parts = [
    ...(successes === 0 ? [] : [words.sent(successes, bytes)]),
    ...(ended === 0 ? [words.nothingSent] : [words.average(ms / ended)]),
    ...(failures === 0 ? [] : [words.failed(failures)]),
  ];
  return <p className="muted small">{parts.join(' · ')}</p>;
}

/** Read again as files come to an end. null until main has answered */
function useCounts(id: number): BrokerCounts | null {
  const [counts, setCounts] = useState<BrokerCounts | null>(null);
  const ended = useProgress(({ progress }) =>
    progress === null ? 0 : progress.totals.done.files + progress.totals.failed.files,
  );
  useEffect(() => {
    let current = true;
    void attempt(async () => {
      const now = await call('backends.counts', { id });
      if (current) setCounts(now);
    });
    return () => {
      current = false;
    };
  }, [id, ended]);
  return counts;
}
