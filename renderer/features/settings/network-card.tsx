import { useState } from 'react';
import { settings as words } from '../../../shared/strings/settings.ts';
import type { Settings } from '../../../shared/settings.ts';
import { Card, RadioGroup, TextField } from '../../components/index.ts';
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
    </Card>
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
