import { Eye, EyeOff, Minus, Plus, Search, X } from 'lucide-react';
import { useLayoutEffect, useRef, useState, type ReactNode, type Ref } from 'react';
import {
  FieldError,
  Group,
  Input,
  Label,
  NumberField as AriaNumberField,
  SearchField as AriaSearchField,
  Text,
  TextArea as AriaTextArea,
  TextField as AriaTextField,
  type NumberFieldProps as AriaNumberFieldProps,
  type SearchFieldProps as AriaSearchFieldProps,
  type TextFieldProps as AriaTextFieldProps,
} from 'react-aria-components';
import { common } from '../../shared/strings/common.ts';
import { IconButton } from './button.tsx';
import { Icon } from './icon.tsx';

interface Words {
  label: string;
  description?: ReactNode;
  /** what is wrong with the value; null or undefined: nothing */
  error?: string | null;
}

type Plain<Props> = Omit<Props, 'children' | 'className' | 'style' | 'isInvalid'>;

function Below({ description, error }: Omit<Words, 'label'>) {
  return (
    <>
      {description !== undefined && description !== null && (
        <Text slot="description" className="field-description">
          {description}
        </Text>
      )}
      <FieldError className="field-error">{error}</FieldError>
    </>
  );
}

const wrong = (error: string | null | undefined) => error !== undefined && error !== null;

export interface TextFieldProps extends Words, Plain<AriaTextFieldProps> {
  placeholder?: string;
  /** letters of one width: keys, addresses */
  mono?: boolean;
  inputRef?: Ref<HTMLInputElement>;
}

export function TextField({ label, description, error, placeholder, mono, inputRef, ...rest }: TextFieldProps) {
  return (
    <AriaTextField {...rest} isInvalid={wrong(error)} className="field">
      <Label className="label">{label}</Label>
      <Input
        className={mono === true ? 'input mono' : 'input'}
        spellCheck={false}
        {...(placeholder === undefined ? {} : { placeholder })}
        {...(inputRef === undefined ? {} : { ref: inputRef })}
      />
      <Below description={description} error={error ?? null} />
    </AriaTextField>
  );
}

/** Text of several lines, over the full width of the form. */
export function TextArea({
  label,
  description,
  error,
  ...rest
}: Omit<TextFieldProps, 'placeholder' | 'mono' | 'inputRef'>) {
  return (
    <AriaTextField {...rest} isInvalid={wrong(error)} className="field field-wide">
      <Label className="label">{label}</Label>
      <AriaTextArea className="input text-area" rows={4} />
      <Below description={description} error={error ?? null} />
    </AriaTextField>
  );
}

/** A password or key: hidden until the person asks to see it, and out of the page's memory with the field. */
export function SecretField({
  label,
  description,
  error,
  placeholder,
  mono,
  ...rest
}: Omit<TextFieldProps, 'inputRef'>) {
  const [shown, show] = useState(false);
  const input = useWiped();
  return (
    <AriaTextField {...rest} type={shown ? 'text' : 'password'} isInvalid={wrong(error)} className="field">
      <Label className="label">{label}</Label>
      <Group className="input-group" isInvalid={wrong(error)}>
        <Input
          className={mono === true ? 'mono' : ''}
          spellCheck={false}
          autoComplete="off"
          ref={input}
          {...(placeholder === undefined ? {} : { placeholder })}
        />
        <IconButton
          size="small"
          icon={shown ? EyeOff : Eye}
          label={shown ? common.hideSecret : common.showSecret}
          onPress={() => show(!shown)}
        />
      </Group>
      <Below description={description} error={error ?? null} />
    </AriaTextField>
  );
}

/** React remembers the last field that was typed into, with what was typed, long after it is gone: it is emptied first. */
function useWiped() {
  const input = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    const element = input.current;
    return () => {
      if (element === null) return;
      element.value = '';
      element.removeAttribute('value');
    };
  }, []);
  return input;
}

export interface NumberFieldProps extends Words, Plain<AriaNumberFieldProps> {
  /** what the number counts, shown behind it: MB/s */
  unit?: string;
}

export function NumberField({ label, description, error, unit, ...rest }: NumberFieldProps) {
  return (
    <AriaNumberField
      {...rest}
      isInvalid={wrong(error)}
      className="field"
      incrementAriaLabel={common.increase}
      decrementAriaLabel={common.decrease}
    >
      <Label className="label">{label}</Label>
      <Group className="input-group" isInvalid={wrong(error)}>
        <Input />
        {unit !== undefined && <span className="muted">{unit}</span>}
        <IconButton slot="decrement" size="small" icon={Minus} label={common.decrease} />
        <IconButton slot="increment" size="small" icon={Plus} label={common.increase} />
      </Group>
      <Below description={description} error={error ?? null} />
    </AriaNumberField>
  );
}

export interface SearchFieldProps extends Plain<AriaSearchFieldProps> {
  /** its name for a screen reader, and what stands in it while it is empty */
  label: string;
  inputRef?: Ref<HTMLInputElement>;
  /** It is inside of an Autocomplete: its arrow keys go through the list that it searches. */
  ofList?: boolean;
}

/** Escape empties it. */
export function SearchField({ label, inputRef, ofList, ...rest }: SearchFieldProps) {
  const role = ofList === true ? { role: 'combobox', 'aria-expanded': true } : {};
  return (
    <AriaSearchField {...rest} aria-label={label} className="search-field">
      <Group className="input-group">
        <span className="muted row">
          <Icon of={Search} size={14} />
        </span>
        <Input
          placeholder={label}
          spellCheck={false}
          {...role}
          {...(inputRef === undefined ? {} : { ref: inputRef })}
        />
        <IconButton size="small" icon={X} label={common.clearSearch} />
      </Group>
    </AriaSearchField>
  );
}
