import { useState } from 'react';
import { settings as words } from '../../../shared/strings/settings.ts';
import type { ProxyState } from '../../../shared/ipc.ts';
import type { Settings } from '../../../shared/settings.ts';
import { attempt } from '../../app/attempt.ts';
import { Button, Card, RadioGroup, TextField } from '../../components/index.ts';
import { call } from '../../ipc.ts';
import { hostOf, useProxies } from '../../stores/proxies.ts';
import { proxyAddress } from './quantities.ts';
import { Indented, Refusal } from './setting.tsx';
import { change } from './use-saving.ts';

type Use = Settings['proxy']['use'];

export function NetworkCard({ proxy }: { proxy: Settings['proxy'] }) {
  // "This address" is chosen before there is one: until then the setting stays what it was.
  const [asking, setAsking] = useState(false);
  if (asking && proxy.use === 'address') setAsking(false);
  const choose = (use: Use) => {
    setAsking(use === 'address');
    if (use !== 'address' && use !== proxy.use) change({ proxy: { use } });
  };
  const chosen: Use = asking ? 'address' : proxy.use;
  const saved = proxy.use === 'address' ? proxy.address : '';
  return (
    <Card title={words.network.title}>
      <RadioGroup
        label={words.network.proxy}
        choices={[
          { id: 'system', label: words.network.system },
          { id: 'none', label: words.network.none },
          { id: 'address', label: words.network.address },
        ]}
        value={chosen}
        onChange={choose}
      />
      {chosen === 'address' && (
        <Indented>
          <Address saved={saved} />
        </Indented>
      )}
      <Refusal of={['proxy']} />
      <Logins />
    </Card>
  );
}

/** Whose name and password are known. */
function Logins() {
  const known = useProxies((state) => state.list).filter((proxy) => proxy.known !== 'no');
  if (known.length === 0) return null;
  return (
    <>
      <div className="setting-words">
        <h3>{words.network.logins}</h3>
        <span className="field-description">{words.network.loginsHint}</span>
      </div>
      {known.map((proxy) => (
        <Login key={proxy.proxy} proxy={proxy} />
      ))}
    </>
  );
}

function Login({ proxy: { proxy, username, known } }: { proxy: ProxyState }) {
  const host = hostOf(proxy);
  return (
    <div className="setting-row">
      <div className="setting-words">
        <span className="mono selectable setting-path">{host}</span>
        <span className="field-description">
          {known === 'kept' ? words.network.loginKept(username) : words.network.loginRun(username)}
        </span>
      </div>
      <Button
        aria-label={words.network.forgetOf(host)}
        onPress={() => void attempt(() => call('proxies.forget', { proxy }))}
      >
        {words.network.forget}
      </Button>
    </div>
  );
}

/** Saved when it is left, or with Enter. */
function Address({ saved }: { saved: string }) {
  const [text, setText] = useState(saved);
  const [left, setLeft] = useState(false);
  const [seen, setSeen] = useState(saved);
  if (saved !== seen) {
    setSeen(saved);
    setText(saved);
  }
  const address = proxyAddress(text);
  const wrong = left && text.trim() !== '' && address === null;
  const save = () => {
    setLeft(true);
    if (address !== null && address !== saved) change({ proxy: { use: 'address', address } });
  };
  const hint = saved === '' ? words.network.addressPending : words.network.addressSecret;
  return (
    <TextField
      label={words.network.addressLabel}
      value={text}
      onChange={setText}
      onBlur={save}
      onKeyDown={(event) => {
        if (event.key === 'Enter') save();
      }}
      placeholder={words.network.addressExample}
      description={hint}
      error={wrong ? words.network.addressProblem : null}
      autoFocus={saved === ''}
      mono
    />
  );
}
