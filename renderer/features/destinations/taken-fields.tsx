import { destinations } from '../../../shared/strings/destinations.ts';
import { Checkbox, RadioGroup, TextField } from '../../components/index.ts';
import { RuleEditor } from '../../sorting/rule-editor.tsx';
import { typeKinds } from './draft.ts';
import type { DestinationFormState } from './use-destination-form.ts';

const words = destinations.form;

/** Types, size, and which files of a mixed folder. */
export function TakenFields({ form }: { form: DestinationFormState }) {
  const { values } = form;
  const tick = (kind: string, on: boolean) =>
    form.set({ kinds: typeKinds.filter((one) => (one === kind ? on : values.kinds.includes(one))) });
  return (
    <>
      <fieldset className="form-group">
        <legend className="label">{words.types}</legend>
        <div className="row form-ticks">
          {typeKinds.map((kind) => (
            <Checkbox key={kind} isSelected={values.kinds.includes(kind)} onChange={(on) => tick(kind, on)}>
              {words.typeKinds[kind]}
            </Checkbox>
          ))}
        </div>
        <span className="field-description">{words.typesHint}</span>
        <TextField
          label={words.otherTypes}
          description={words.otherTypesHint}
          value={values.types}
          onChange={(types) => form.set({ types })}
          onBlur={() => form.leave('types')}
          error={form.problem('types')}
          mono
        />
      </fieldset>
      <TextField
        label={`${words.maxSize} (${words.megabytes})`}
        description={words.maxSizeHint}
        value={values.maxSize}
        onChange={(maxSize) => form.set({ maxSize })}
        onBlur={() => form.leave('maxSize')}
        error={form.problem('maxSize')}
        inputMode="decimal"
      />
      <Sorting form={form} />
    </>
  );
}

function Sorting({ form }: { form: DestinationFormState }) {
  const { sorting, name } = form.values;
  return (
    <fieldset className="form-group">
      <legend className="label">{words.sorting}</legend>
      <span className="field-description">{words.sortingHint}</span>
      <RuleEditor name={name} rules={sorting} onChange={(rules) => form.set({ sorting: rules })} />
    </fieldset>
  );
}

/** What happens where a key is taken. */
export function ExistsFields({ form }: { form: DestinationFormState }) {
  return (
    <RadioGroup
      label={words.overwriteLabel}
      choices={(['never', 'skip-equal', 'replace'] as const).map((id) => ({
        id,
        label: (
          <span className="choice">
            {words.overwrite[id].label}
            <span className="field-description">{words.overwrite[id].hint}</span>
          </span>
        ),
      }))}
      value={form.values.overwrite}
      onChange={(overwrite) => form.set({ overwrite })}
    />
  );
}
