import { Plus, X } from 'lucide-react';
import { backends } from '../../../shared/strings/backends.ts';
import { Button, IconButton, TextField } from '../../components/index.ts';
import type { Pair } from './backend-settings.ts';
import type { BackendForm } from './use-backend-form.ts';

const words = backends.form;

/** Names and values that are sent besides, a line each. */
export function ExtraPairs({ path, form }: { path: string; form: BackendForm }) {
  const { pairs } = form.values;
  const lines = pairs[path] ?? [];
  const label = words.labels[path] ?? path;
  const put = (changed: readonly Pair[]) => form.set({ pairs: { ...pairs, [path]: changed } });
  const set = (at: number, change: Partial<Pair>) =>
    put(lines.map((line, one) => (one === at ? { ...line, ...change } : line)));
  const problem = form.problem(path);
  const add = path === 'headers' ? words.addHeader : words.addPair;
  return (
    <div className="backend-pairs" role="group" aria-label={label} data-problem={problem === null ? undefined : true}>
      {path !== 'headers' && <span className="small">{label}</span>}
      {lines.map(({ name, value }, at) => (
        <div key={at} className="backend-pair" role="group" aria-label={words.pairOf(label, at + 1)}>
          <TextField
            label={words.pairName}
            value={name}
            onChange={(typed) => set(at, { name: typed })}
            onBlur={() => form.leave(`${path}.${at}.name`)}
            error={form.problem(`${path}.${at}.name`)}
            mono
          />
          <TextField label={words.pairValue} value={value} onChange={(typed) => set(at, { value: typed })} mono />
          <IconButton
            icon={X}
            label={words.removePair(name)}
            onPress={() => put(lines.filter((_, one) => one !== at))}
          />
        </div>
      ))}
      {problem !== null && (
        <span className="field-error" role="alert">
          {problem}
        </span>
      )}
      <div>
        <Button
          size="small"
          icon={Plus}
          aria-label={path === 'headers' ? add : `${add}: ${label}`}
          onPress={() => put([...lines, { name: '', value: '' }])}
        >
          {add}
        </Button>
      </div>
    </div>
  );
}
