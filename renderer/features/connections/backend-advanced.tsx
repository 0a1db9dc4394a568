import { ChevronRight } from 'lucide-react';
import { Disclosure, DisclosurePanel } from 'react-aria-components';
import { backends } from '../../../shared/strings/backends.ts';
import { Button, Select, TextField } from '../../components/index.ts';
import { fieldsOfKind, groupIds, typedOf, usualSettings, type GroupId, type SettingField } from './backend-settings.ts';
import { ExtraPairs } from './extra-pairs.tsx';
import type { BackendForm } from './use-backend-form.ts';

const words = backends.form;

/** How this backend is spoken to, where it is not as its kind's document has it. */
export function BackendAdvanced({ form }: { form: BackendForm }) {
  const { kind, signIn } = form.values;
  const fields = fieldsOfKind(kind, signIn.how);
  return (
    <Disclosure className="abilities" isExpanded={form.isAdvancedOpen} onExpandedChange={form.openAdvanced}>
      <Button slot="trigger" variant="quiet" size="small" icon={ChevronRight}>
        {words.advanced}
      </Button>
      <DisclosurePanel>
        {form.isAdvancedOpen && (
          <div className="backend-advanced">
            <p className="muted small">{words.advancedHint(backends.kinds[kind].name)}</p>
            {groupIds.map((id) => (
              <Group key={id} id={id} form={form} fields={fields.filter(({ group }) => group === id)} />
            ))}
          </div>
        )}
      </DisclosurePanel>
    </Disclosure>
  );
}

function Group({ id, form, fields }: { id: GroupId; form: BackendForm; fields: readonly SettingField[] }) {
  if (fields.length === 0) return null;
  const { title, hint } = words.groups[id];
  return (
    <fieldset className="form-group">
      <legend className="label">{title}</legend>
      {hint !== '' && <p className="field-description">{hint}</p>}
      <div className="form-columns">
        {fields
          .filter(({ is }) => is !== 'pairs')
          .map((field) => (
            <Setting key={field.path} field={field} form={form} />
          ))}
      </div>
      {fields
        .filter(({ is }) => is === 'pairs')
        .map(({ path }) => (
          <ExtraPairs key={path} path={path} form={form} />
        ))}
    </fieldset>
  );
}

function Setting({ field: { path, is }, form }: { field: SettingField; form: BackendForm }) {
  const { kind, texts } = form.values;
  const text = texts[path] ?? '';
  const set = (typed: string) => form.set({ texts: { ...texts, [path]: typed } });
  const label = words.labels[path] ?? path;
  if (is === 'body') {
    const options = (['json', 'form'] as const).map((id) => ({ id, label: words.bodies[id] ?? id }));
    return <Select label={label} options={options} value={text === 'form' ? 'form' : 'json'} onChange={set} />;
  }
  const usual = typedOf(usualSettings(kind)).texts[path] ?? '';
  return (
    <TextField
      label={label}
      value={text}
      onChange={set}
      onBlur={() => form.leave(path)}
      error={form.problem(path)}
      {...(usual === '' || usual === text ? {} : { description: words.usual(usual) })}
      {...(is === 'number' ? { inputMode: 'numeric' as const } : {})}
      mono
    />
  );
}
