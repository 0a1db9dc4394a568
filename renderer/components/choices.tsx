import { Check, Minus } from 'lucide-react';
import type { ReactNode } from 'react';
import {
  CheckboxButton,
  CheckboxField,
  Label,
  RadioButton,
  RadioField,
  RadioGroup as AriaRadioGroup,
  SwitchButton,
  SwitchField,
  Text,
  ToggleButton,
  ToggleButtonGroup,
  type CheckboxFieldProps,
  type SwitchFieldProps,
} from 'react-aria-components';
import { Icon } from './icon.tsx';

export interface SwitchProps extends Omit<SwitchFieldProps, 'children' | 'className' | 'style'> {
  children: ReactNode;
}

/** Something that is on or off, and acts at once. */
export function Switch({ children, ...rest }: SwitchProps) {
  return (
    <SwitchField {...rest}>
      <SwitchButton className="switch">
        <span className="switch-track" />
        <span>{children}</span>
      </SwitchButton>
    </SwitchField>
  );
}

export interface CheckboxProps extends Omit<CheckboxFieldProps, 'children' | 'className' | 'style'> {
  children: ReactNode;
}

export function Checkbox({ children, ...rest }: CheckboxProps) {
  return (
    <CheckboxField {...rest}>
      <CheckboxButton className="checkbox">
        {({ isIndeterminate }) => (
          <>
            <span className="checkbox-box">
              <Icon of={isIndeterminate ? Minus : Check} size={12} />
            </span>
            <span>{children}</span>
          </>
        )}
      </CheckboxButton>
    </CheckboxField>
  );
}

interface Choice<Id extends string> {
  id: Id;
  label: ReactNode;
}

export interface RadioGroupProps<Id extends string> {
  label: string;
  choices: readonly Choice<Id>[];
  value: Id;
  onChange: (id: Id) => void;
  description?: string;
}

/** One of few, all of them seen. */
export function RadioGroup<Id extends string>({ label, choices, value, onChange, description }: RadioGroupProps<Id>) {
  return (
    <AriaRadioGroup className="radio-group" value={value} onChange={pick(choices, onChange)}>
      <Label className="label">{label}</Label>
      {description !== undefined && (
        <Text slot="description" className="field-description">
          {description}
        </Text>
      )}
      {choices.map((choice) => (
        <RadioField key={choice.id} value={choice.id}>
          <RadioButton className="radio">
            <span className="radio-dot" />
            <span>{choice.label}</span>
          </RadioButton>
        </RadioField>
      ))}
    </AriaRadioGroup>
  );
}

export interface ChipsProps<Id extends string> {
  /** the name of the group for a screen reader */
  label: string;
  choices: readonly (Choice<Id> & { count?: string })[];
  value: Id;
  onChange: (id: Id) => void;
}

/** One of few in a line: a filter, a theme. */
export function Chips<Id extends string>({ label, choices, value, onChange }: ChipsProps<Id>) {
  return (
    <ToggleButtonGroup
      aria-label={label}
      className="chips"
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[value]}
      onSelectionChange={(keys) => pick(choices, onChange)([...keys][0])}
    >
      {choices.map((choice) => (
        <ToggleButton key={choice.id} id={choice.id} className="chip">
          {choice.label}
          {choice.count !== undefined && <span className="chip-count">{choice.count}</span>}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}

/** React Aria gives back a key of any kind: only one of the choices is passed on. */
function pick<Id extends string>(choices: readonly Choice<Id>[], onChange: (id: Id) => void) {
  return (key: unknown) => {
    const choice = choices.find(({ id }) => id === key);
    if (choice !== undefined) onChange(choice.id);
  };
}
