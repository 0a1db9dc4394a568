import { Plus, X } from 'lucide-react';
import { destinations } from '../../../shared/strings/destinations.ts';
import { Button, IconButton, Select, Switch, TextField } from '../../components/index.ts';
import { imageFormats, undecodableRules } from '../../../shared/destination.ts';
import type { SizeValues } from './draft.ts';
import { usualThumbnail, type ImageValues } from './image-values.ts';
import { TemplateField } from './template-field.tsx';
import type { DestinationFormState } from './use-destination-form.ts';

const words = destinations.form;

/** How images are prepared, what else is made of them, and of videos. */
export function ImagesFields({ form }: { form: DestinationFormState }) {
  const { values } = form;
  return (
    <>
      <Choice
        label={words.prepare}
        hint={words.prepareHint}
        on={values.prepare}
        set={(prepare) => form.set({ prepare })}
      />
      {values.prepare && (
        <div className="form-nested">
          <Preparation form={form} at="image" image={values.image} onChange={(image) => form.set({ image })} />
          <Select
            label={words.undecodable}
            options={undecodableRules.map((id) => ({ id, label: words.undecodables[id] }))}
            value={values.undecodable}
            onChange={(undecodable) => form.set({ undecodable })}
          />
          <Choice
            label={words.originals}
            on={values.keepOriginals}
            set={(keepOriginals) => form.set({ keepOriginals })}
          />
          {values.keepOriginals && (
            <TextField
              label={words.originalPrefix}
              value={values.originalPrefix}
              onChange={(originalPrefix) => form.set({ originalPrefix })}
              onBlur={() => form.leave('originalPrefix')}
              error={form.problem('originalPrefix')}
              mono
            />
          )}
        </div>
      )}
      <Sizes form={form} />
      <Choice label={words.still} hint={words.stillHint} on={values.still} set={(still) => form.set({ still })} />
      {values.still && (
        <div className="form-nested">
          <TemplateField
            label={words.keyTemplate}
            value={values.stillTemplate}
            onChange={(stillTemplate) => form.set({ stillTemplate })}
            onBlur={() => form.leave('videoStill.keyTemplate')}
            error={form.problem('videoStill.keyTemplate')}
          />
          <Preparation
            form={form}
            at="videoStill.image"
            image={values.stillImage}
            onChange={(stillImage) => form.set({ stillImage })}
          />
        </div>
      )}
    </>
  );
}

interface ChoiceProps {
  label: string;
  hint?: string;
  on: boolean;
  set: (on: boolean) => void;
}

function Choice({ label, hint, on, set }: ChoiceProps) {
  return (
    <div className="field">
      <Switch isSelected={on} onChange={set}>
        {label}
      </Switch>
      {hint !== undefined && <span className="field-description">{hint}</span>}
    </div>
  );
}

interface PreparationProps {
  form: DestinationFormState;
  /** its place in the rules */
  at: string;
  image: ImageValues;
  onChange: (image: ImageValues) => void;
}

function Preparation({ form, at, image, onChange }: PreparationProps) {
  const set = (change: Partial<ImageValues>) => onChange({ ...image, ...change });
  const number = (field: 'width' | 'height' | 'quality') => ({
    value: image[field],
    onChange: (text: string) => set({ [field]: text }),
    onBlur: () => form.leave(`${at}.${field}`),
    error: form.problem(`${at}.${field}`),
    inputMode: 'numeric' as const,
  });
  return (
    <>
      <div className="form-columns">
        <Select
          label={words.format}
          options={imageFormats.map((id) => ({ id, label: words.formats[id] }))}
          value={image.format}
          onChange={(format) => set({ format })}
        />
        <TextField label={words.quality} description={words.qualityHint} {...number('quality')} />
        <TextField label={`${words.width} (${words.pixels})`} description={words.measureHint} {...number('width')} />
        <TextField label={`${words.height} (${words.pixels})`} {...number('height')} />
      </div>
      {image.width.trim() !== '' && image.height.trim() !== '' && (
        <Select
          label={words.fit}
          options={(['inside', 'cover'] as const).map((id) => ({ id, label: words.fits[id] }))}
          value={image.fit}
          onChange={(fit) => set({ fit })}
        />
      )}
      <Choice
        label={words.optimise}
        hint={words.optimiseHint}
        on={image.optimise}
        set={(optimise) => set({ optimise })}
      />
      <Choice
        label={words.keepMetadata}
        hint={words.keepMetadataHint}
        on={image.keepMetadata}
        set={(keepMetadata) => set({ keepMetadata })}
      />
    </>
  );
}

const mostSizes = 10;

function Sizes({ form }: { form: DestinationFormState }) {
  const { derived } = form.values;
  const set = (at: number, change: Partial<SizeValues>) =>
    form.set({ derived: derived.map((size, one) => (one === at ? { ...size, ...change } : size)) });
  return (
    <fieldset className="form-group">
      <legend className="label">{words.derived}</legend>
      <span className="field-description">{words.derivedHint}</span>
      {derived.map((size, at) => (
        <div key={at} className="form-nested" role="group" aria-label={words.size(at + 1)}>
          <div className="form-pair">
            <TextField
              label={words.sizeName}
              value={size.name}
              onChange={(name) => set(at, { name })}
              onBlur={() => form.leave(`derived.${at}.name`)}
              error={form.problem(`derived.${at}.name`)}
            />
            <IconButton
              icon={X}
              label={words.removeSize(size.name)}
              onPress={() => form.set({ derived: derived.filter((_, one) => one !== at) })}
            />
          </div>
          <TemplateField
            label={words.keyTemplate}
            value={size.keyTemplate}
            onChange={(keyTemplate) => set(at, { keyTemplate })}
            onBlur={() => form.leave(`derived.${at}.keyTemplate`)}
            error={form.problem(`derived.${at}.keyTemplate`)}
          />
          <Preparation
            form={form}
            at={`derived.${at}.image`}
            image={size.image}
            onChange={(image) => set(at, { image })}
          />
        </div>
      ))}
      {derived.length < mostSizes && (
        <div>
          <Button size="small" icon={Plus} onPress={() => form.set({ derived: [...derived, newSize(derived)] })}>
            {words.addSize}
          </Button>
        </div>
      )}
    </fieldset>
  );
}

function newSize(derived: readonly SizeValues[]): SizeValues {
  const taken = new Set(derived.map(({ name }) => name));
  let name = 'thumbnail';
  for (let n = 2; taken.has(name); n++) name = `size-${n}`;
  return { name, keyTemplate: `${name}/{relative_dir}/{stem}.{ext}`, image: usualThumbnail };
}
