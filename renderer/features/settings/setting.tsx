import type { ReactNode } from 'react';
import { Switch } from '../../components/index.ts';
import { useSaving, type SettingName } from './use-saving.ts';

/** What main said to the last change of a setting, at its place. */
export function Refusal({ of }: { of: readonly SettingName[] }) {
  const refusals = useSaving((state) => state.refusals);
  const refused = of.map((name) => refusals[name]).find((refusal) => refusal !== undefined);
  return (
    <div role="alert" className="field-error">
      {refused}
    </div>
  );
}

export interface SwitchRowProps {
  label: string;
  hint: string;
  isSelected: boolean;
  onChange: (selected: boolean) => void;
}

export function SwitchRow({ label, hint, ...rest }: SwitchRowProps) {
  return (
    <div className="setting">
      <Switch {...rest}>
        <span className="setting-words">
          <span className="label">{label}</span>
          <span className="field-description">{hint}</span>
        </span>
      </Switch>
    </div>
  );
}

/** What belongs to the choice above it. */
export function Indented({ children }: { children: ReactNode }) {
  return <div className="setting-indented">{children}</div>;
}
