import { Check, ChevronDown } from 'lucide-react';
import {
  Button,
  FieldError,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Select as AriaSelect,
  SelectValue,
  Text,
} from 'react-aria-components';
import { Icon } from './icon.tsx';

export interface SelectOption<Id extends string> {
  id: Id;
  label: string;
  /** a second line, in the list only */
  hint?: string;
}

export interface SelectProps<Id extends string> {
  label: string;
  options: readonly SelectOption<Id>[];
  value: Id | null;
  onChange: (id: Id) => void;
  description?: string;
  error?: string | null;
  placeholder?: string;
  isDisabled?: boolean;
  autoFocus?: boolean;
}

/** One of a list; numbers as ids go in as text. */
export function Select<Id extends string>(props: SelectProps<Id>) {
  const { label, options, value, onChange, description, error, placeholder, isDisabled, autoFocus } = props;
  const choose = (id: unknown) => {
    const option = options.find((each) => each.id === id);
    if (option !== undefined) onChange(option.id);
  };
  return (
    <AriaSelect
      className="field"
      value={value}
      onChange={choose}
      isInvalid={error !== undefined && error !== null}
      isDisabled={isDisabled === true}
      autoFocus={autoFocus === true}
      {...(placeholder === undefined ? {} : { placeholder })}
    >
      <Label className="label">{label}</Label>
      <Button className="select-button">
        <SelectValue className="select-value truncate" />
        <Icon of={ChevronDown} size={14} />
      </Button>
      {description !== undefined && (
        <Text slot="description" className="field-description">
          {description}
        </Text>
      )}
      <FieldError className="field-error">{error}</FieldError>
      <Popover className="popover" offset={4}>
        <ListBox className="options">
          {options.map(({ id, label: name, hint }) => (
            <ListBoxItem key={id} id={id} textValue={name} className="option">
              <span className="option-mark row">
                <Icon of={Check} size={14} />
              </span>
              <Text slot="label">{name}</Text>
              {hint !== undefined && <Text slot="description">{hint}</Text>}
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}
