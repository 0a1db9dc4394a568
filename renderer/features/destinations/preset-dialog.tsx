import {
  Images,
  PersonStanding,
  Signpost,
  Sparkles,
  Upload,
  Clapperboard,
  FolderInput,
  type LucideIcon,
} from 'lucide-react';
import { useId, useState, type SyntheticEvent } from 'react';
import { Form, ListBox, ListBoxItem } from 'react-aria-components';
import type { Destination, DestinationRules } from '../../../shared/destination.ts';
import { presets, problemsOf, type Ask, type Preset } from '../../../shared/presets/index.ts';
import { destinations } from '../../../shared/strings/destinations.ts';
import { useFormState, type FormState } from '../../app/form-state.ts';
import { useFocusOnProblem } from '../../app/use-focus-on-problem.ts';
import { Button, Dialog, Icon, Note, notify, TextField } from '../../components/index.ts';
import { call } from '../../ipc.ts';
import { useConnections } from '../../stores/connections.ts';
import { ConnectionChoice } from './connection-choice.tsx';
import { exampleKey, freeName } from './facts.ts';

const words = destinations.preset;

export interface PresetDialogProps {
  /** names of the destinations that are there */
  taken: readonly string[];
  /** with the first of those that were made */
  onSaved: (first: Destination) => void;
  onClose: () => void;
}

/** First for which system, then only what it cannot know; what will be made is shown while it is answered. */
export function PresetDialog(props: PresetDialogProps) {
  const [preset, setPreset] = useState<Preset | null>(null);
  if (preset !== null) return <Answers key={preset.id} preset={preset} {...props} onBack={() => setPreset(null)} />;
  const choose = (id: unknown) => setPreset(presets.find((one) => one.id === id) ?? null);
  return (
    <Dialog
      title={words.title}
      isOpen
      onClose={props.onClose}
      size="wide"
      footer={<Button onPress={props.onClose}>{words.cancel}</Button>}
    >
      <p className="muted">{words.text}</p>
      <ListBox aria-label={words.label} layout="stack" autoFocus="first" className="presets" onAction={choose}>
        {presets.map(({ id, name, description }) => (
          <ListBoxItem key={id} id={id} textValue={name} className="preset">
            <span className="preset-icon">
              <Icon of={icons[id] ?? Sparkles} size={20} />
            </span>
            <span className="preset-name">{name}</span>
            <span className="preset-text">{description}</span>
          </ListBoxItem>
        ))}
      </ListBox>
    </Dialog>
  );
}

const icons: Record<string, LucideIcon> = {
  ...{ fitness: PersonStanding, idance: Clapperboard, 'upload-module': Upload },
  ...{ plugs: Sparkles, 'plugs-migration': FolderInput, heaven: Images },
};

interface Values {
  connectionId: number | null;
  answers: Readonly<Record<string, string>>;
}

function Answers({
  preset,
  taken,
  onSaved,
  onClose,
  onBack,
}: PresetDialogProps & { preset: Preset; onBack: () => void }) {
  const formId = useId();
  const [working, setWorking] = useState(false);
  const form = useFormState<Values, string>(startOf(preset), (values) => wrongIn(preset, values));
  const element = useFocusOnProblem(form.refusedTries);
  const { values } = form;
  const made = madeOf(preset, values.answers, taken);
  const save = async (connectionId: number, rules: readonly DestinationRules[]) => {
    setWorking(true);
    try {
      const drafts = rules.map((one) => ({ id: null, connectionId, rules: one }));
      const [first] = await call('destinations.save', { destinations: drafts });
      notify('info', words.done(drafts.length));
      if (first !== undefined) onSaved(first);
    } catch (error) {
      form.refuseWith(error, () => null);
    } finally {
      setWorking(false);
    }
  };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    form.forgive();
    if (made === null || values.connectionId === null) form.refuse();
    else
      void save(
        values.connectionId,
        made.map(({ rules }) => rules),
      );
  };
  return (
    <Dialog
      title={preset.name}
      isOpen
      onClose={onClose}
      size="wide"
      keepOpen
      footer={
        <>
          <Button onPress={onBack}>{words.change}</Button>
          <span className="spacer" />
          <Button onPress={onClose}>{words.cancel}</Button>
          <Button type="submit" form={formId} variant="primary" isPending={working}>
            {words.save(made?.length ?? countOf(preset))}
          </Button>
        </>
      }
    >
      <p className="muted">{preset.description}</p>
      <Form id={formId} ref={element} className="preset-form" validationBehavior="aria" onSubmit={submit}>
        <ConnectionChoice
          label={words.connection}
          placeholder={destinations.form.chooseConnection}
          description={words.connectionHint}
          value={values.connectionId}
          onChange={(connectionId) => form.set({ connectionId })}
          error={form.problem('connectionId')}
          autoFocus
        />
        {preset.asks.map((ask) => (
          <AskField key={ask.name} ask={ask} form={form} />
        ))}
      </Form>
      <MadeList made={made} />
      <div role="alert">{form.refusal !== null && <Note tone="danger">{form.refusal}</Note>}</div>
    </Dialog>
  );
}

function AskField({ ask, form }: { ask: Ask; form: FormState<Values, string> }) {
  const { answers } = form.values;
  return (
    <TextField
      label={ask.label}
      description={ask.hint}
      placeholder={ask.example}
      isRequired={ask.required}
      value={answers[ask.name] ?? ''}
      onChange={(text) => form.set({ answers: { ...answers, [ask.name]: text } })}
      onBlur={() => form.leave(ask.name)}
      error={form.problem(ask.name)}
    />
  );
}

function startOf(preset: Preset): Values {
  const [only, ...more] = useConnections.getState().list ?? [];
  return {
    connectionId: more.length === 0 ? (only?.id ?? null) : null,
    answers: Object.fromEntries(preset.asks.map(({ name, start }) => [name, start])),
  };
}

function wrongIn(preset: Preset, { connectionId, answers }: Values): Record<string, string> {
  const missing = connectionId === null ? { connectionId: destinations.problems.missing } : {};
  return { ...problemsOf(preset, answers), ...missing };
}

interface MadeOne {
  rules: DestinationRules;
  /** its name in the preset, where that is taken; null: it has it */
  instead: string | null;
}

/** null: something that is asked is still missing */
function madeOf(preset: Preset, answers: Values['answers'], before: readonly string[]): MadeOne[] | null {
  if (Object.keys(problemsOf(preset, answers)).length > 0) return null;
  const taken = new Set(before);
  return preset.destinations(answers).map((rules) => {
    const name = freeName(rules.name, taken);
    taken.add(name);
    return { rules: { ...rules, name }, instead: name === rules.name ? null : rules.name };
  });
}

/** The examples are answers that it takes. */
function countOf(preset: Preset): number {
  return preset.destinations(Object.fromEntries(preset.asks.map(({ name, example }) => [name, example]))).length;
}

function MadeList({ made }: { made: readonly MadeOne[] | null }) {
  if (made === null) return <p className="muted preset-later">{words.madeLater}</p>;
  return (
    <section className="preset-made" aria-live="polite">
      <h3>{words.made(made.length)}</h3>
      <ul>
        {made.map(({ rules, instead }) => (
          <li key={rules.name}>
            <span className="row">
              <Icon of={Signpost} size={14} />
              {rules.name}
            </span>
            <span className="mono muted destination-key">{exampleKey(rules)}</span>
            {instead !== null && <span className="field-description">{words.numbered(instead)}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}
