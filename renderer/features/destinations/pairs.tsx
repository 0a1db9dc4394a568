import { Plus, X } from 'lucide-react';
import { destinations } from '../../../shared/strings/destinations.ts';
import { Button, IconButton, TextField } from '../../components/index.ts';
import type { Pair } from './draft.ts';
import type { DestinationFormState } from './use-destination-form.ts';

const words = destinations.form;

export interface PairsProps {
  form: DestinationFormState;
  field: 'metadata' | 'tags';
  label: string;
  hint: string;
  add: string;
}

/** Names and values, a line each. */
export function Pairs({ form, field, label, hint, add }: PairsProps) {
  const pairs = form.values[field];
  const put = (all: readonly Pair[]) => form.set(field === 'tags' ? { tags: all } : { metadata: all });
  const set = (at: number, change: Partial<Pair>) =>
    put(pairs.map((pair, one) => (one === at ? { ...pair, ...change } : pair)));
  const problem = form.problem(field);
  return (
    <fieldset className="form-group" data-problem={problem === null ? undefined : true}>
      <legend className="label">{label}</legend>
      <span className="field-description">{hint}</span>
      {pairs.map((pair, at) => (
        <div key={at} className="form-pair" role="group" aria-label={`${label} ${at + 1}`}>
          <TextField
            label={words.pairName}
            value={pair.name}
            onChange={(name) => set(at, { name })}
            onBlur={() => form.leave(`${field}.${at}.name`)}
            error={form.problem(`${field}.${at}.name`)}
          />
          <TextField label={words.pairValue} value={pair.value} onChange={(value) => set(at, { value })} />
          <IconButton
            icon={X}
            label={words.removePair(pair.name)}
            onPress={() => put(pairs.filter((_, one) => one !== at))}
          />
        </div>
      ))}
      {problem !== null && (
        <span className="field-error" role="alert">
          {problem}
        </span>
      )}
      <div>
        <Button size="small" icon={Plus} onPress={() => put([...pairs, { name: '', value: '' }])}>
          {add}
        </Button>
      </div>
    </fieldset>
  );
}
