import { Plus, X } from 'lucide-react';
import { objects } from '../../../shared/strings/objects.ts';
import { IconButton, TextField } from '../../components/index.ts';
import { GreyedButton } from '../browse/greyed-button.tsx';
import type { Pair } from './edit-draft.ts';

const words = objects.edit;

interface PairsProps {
  field: 'metadata' | 'tags';
  label: string;
  hint: string;
  add: string;
  /** why they cannot be changed; null: they can */
  refusal?: string | null;
  pairs: readonly Pair[];
  onChange: (pairs: readonly Pair[]) => void;
  onLeave: (field: string) => void;
  problem: (field: string) => string | null;
}

/** Names and values, a line each. */
export function Pairs({ field, label, hint, add, refusal = null, pairs, onChange, onLeave, problem }: PairsProps) {
  const set = (at: number, change: Partial<Pair>) =>
    onChange(pairs.map((pair, one) => (one === at ? { ...pair, ...change } : pair)));
  const ofAll = problem(field);
  const isDisabled = refusal !== null;
  return (
    <fieldset className="form-group" data-problem={ofAll === null ? undefined : true}>
      <legend className="label">{label}</legend>
      <span className="field-description">{refusal ?? hint}</span>
      {pairs.map((pair, at) => (
        <div key={at} className="form-pair" role="group" aria-label={`${label} ${at + 1}`}>
          <TextField
            label={words.name}
            value={pair.name}
            onChange={(name) => set(at, { name })}
            onBlur={() => onLeave(`${field}.${at}.name`)}
            error={problem(`${field}.${at}.name`)}
            isDisabled={isDisabled}
          />
          <TextField
            label={words.value}
            value={pair.value}
            onChange={(value) => set(at, { value })}
            onBlur={() => onLeave(`${field}.${at}.value`)}
            error={problem(`${field}.${at}.value`)}
            isDisabled={isDisabled}
          />
          <IconButton
            icon={X}
            label={words.remove(pair.name)}
            isDisabled={isDisabled}
            onPress={() => onChange(pairs.filter((_, one) => one !== at))}
          />
        </div>
      ))}
      {ofAll !== null && (
        <span className="field-error" role="alert">
          {ofAll}
        </span>
      )}
      <div>
        <GreyedButton icon={Plus} refusal={refusal} onPress={() => onChange([...pairs, { name: '', value: '' }])}>
          {add}
        </GreyedButton>
      </div>
    </fieldset>
  );
}
