import { Plus, RotateCcw, X } from 'lucide-react';
import { ToggleButton, ToggleButtonGroup } from 'react-aria-components';
import type { SortingRule } from '../../shared/destination.ts';
import { sorting as words } from '../../shared/strings/sorting.ts';
import { Button, IconButton, TextField } from '../components/index.ts';
import { anyFile, fileKinds, kindsOfFiles, otherTypes } from './rules.ts';
import './sorting.css';

export interface RuleEditorProps {
  /** of the destination */
  name: string;
  rules: readonly SortingRule[];
  onChange: (rules: SortingRule[]) => void;
  /** back to those of the destination; absent: they are */
  onReset?: () => void;
}

/** Which files a destination gets: those that one of the rules takes. */
export function RuleEditor({ name, rules, onChange, onReset }: RuleEditorProps) {
  const change = (at: number, part: Partial<SortingRule>) =>
    onChange(rules.map((rule, one) => (one === at ? { ...rule, ...part } : rule)));
  return (
    <div className="rules" role="group" aria-label={words.group(name)}>
      {rules.map((rule, at) => (
        <div key={at} className="rule" role="group" aria-label={words.rule(at + 1)}>
          <Kinds rule={rule} onChange={(types) => change(at, { types })} />
          <TextField
            label={words.folder}
            placeholder={words.any}
            value={rule.folder ?? ''}
            onChange={(text) => change(at, { folder: text === '' ? null : text })}
            maxLength={255}
          />
          <TextField
            label={words.file}
            placeholder={words.any}
            value={rule.file ?? ''}
            onChange={(text) => change(at, { file: text === '' ? null : text })}
            maxLength={255}
          />
          <IconButton
            size="small"
            icon={X}
            label={words.remove(at + 1)}
            onPress={() => onChange(rules.filter((_, one) => one !== at))}
          />
        </div>
      ))}
      <div className="rule-commands">
        <Button size="small" icon={Plus} onPress={() => onChange([...rules, { ...anyFile, types: ['image/*'] }])}>
          {words.add}
        </Button>
        <Button size="small" variant="quiet" onPress={() => onChange([...rules, anyFile])}>
          {words.addEverything}
        </Button>
        {onReset !== undefined && (
          <Button size="small" variant="quiet" icon={RotateCcw} onPress={onReset}>
            {words.asDestination}
          </Button>
        )}
        <span className="field-description">{words.patternHint}</span>
      </div>
    </div>
  );
}

function Kinds({ rule, onChange }: { rule: SortingRule; onChange: (types: string[]) => void }) {
  const others = otherTypes(rule);
  const chosen = fileKinds.filter((kind) => rule.types.includes(kindsOfFiles[kind]));
  return (
    <div className="field rule-kinds">
      <span className="label" aria-hidden>
        {words.kindsLabel}
      </span>
      <ToggleButtonGroup
        aria-label={words.kindsLabel}
        className="chips"
        selectionMode="multiple"
        selectedKeys={chosen}
        onSelectionChange={(keys) => {
          const kinds = fileKinds.filter((kind) => keys.has(kind));
          onChange([...kinds.map((kind) => kindsOfFiles[kind]), ...others]);
        }}
      >
        {fileKinds.map((kind) => (
          <ToggleButton key={kind} id={kind} className="chip">
            {words.kinds[kind]}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
      {others.length > 0 && <span className="field-description">{words.otherKinds(others.join(', '))}</span>}
    </div>
  );
}
