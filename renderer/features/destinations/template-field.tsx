import { Braces } from 'lucide-react';
import { Fragment, useId, useRef, useState } from 'react';
import { isPlaceholder, placeholderNames, ruleOf, type Source } from '../../../shared/key-template/index.ts';
import { destinations } from '../../../shared/strings/destinations.ts';
import { Button, TextField } from '../../components/index.ts';

const words = destinations.form;

export interface TemplateFieldProps {
  label: string;
  value: string;
  onChange: (template: string) => void;
  onBlur: () => void;
  error: string | null;
  /** with the list of placeholders to insert */
  palette?: boolean;
}

/** A key template; what can stand in it is listed with its meaning, and inserted where the cursor is. */
export function TemplateField({ label, value, onChange, onBlur, error, palette = false }: TemplateFieldProps) {
  const paletteId = useId();
  const input = useRef<HTMLInputElement>(null);
  const [open, setOpen] = useState(false);
  const insert = (text: string) => {
    const { selectionStart, selectionEnd } = input.current ?? { selectionStart: null, selectionEnd: null };
    const from = selectionStart ?? value.length;
    onChange(value.slice(0, from) + text + value.slice(selectionEnd ?? from));
    // Once it is there: whoever goes on typing does so behind it.
    requestAnimationFrame(() => {
      input.current?.focus();
      input.current?.setSelectionRange(from + text.length, from + text.length);
    });
  };
  return (
    <div className="template-field">
      <TextField
        label={label}
        value={value}
        onChange={onChange}
        onBlur={onBlur}
        error={error}
        inputRef={input}
        mono
        {...(palette ? { description: words.keyTemplateHint } : {})}
      />
      {palette && (
        <div>
          <Button
            size="small"
            icon={Braces}
            aria-expanded={open}
            aria-controls={paletteId}
            onPress={() => setOpen(!open)}
          >
            {words.insert}
          </Button>
          <div id={paletteId} hidden={!open}>
            {open && <Palette onInsert={insert} />}
          </div>
        </div>
      )}
    </div>
  );
}

const groups: readonly Source[] = ['file', 'taken', 'date', 'random', 'counter', 'field'];

function Palette({ onInsert }: { onInsert: (text: string) => void }) {
  return (
    <div className="palette" role="group" aria-label={words.placeholders}>
      {groups.map((from) => (
        <Fragment key={from}>
          <h3>{words.placeholderGroups[from]}</h3>
          <ul>
            {placeholdersFrom(from).map(({ text, meaning }) => (
              <li key={text}>
                <Button size="small" aria-label={`${text}: ${meaning}`} onPress={() => onInsert(text)}>
                  <code>{text}</code>
                </Button>
                <span className="muted small">{meaning}</span>
              </li>
            ))}
          </ul>
        </Fragment>
      ))}
    </div>
  );
}

/** Each as it can be inserted: where something must follow its name, with an example of that. */
function placeholdersFrom(from: Source): { text: string; meaning: string }[] {
  return placeholderNames.filter(isPlaceholder).flatMap((name) => {
    const { argument, meaning, from: source } = ruleOf(name);
    if (source !== from) return [];
    return [{ text: argument?.needed === true ? `{${name}:${argument.example}}` : `{${name}}`, meaning }];
  });
}
