import { destinations } from '../../../shared/strings/destinations.ts';
import { TextField } from '../../components/index.ts';
import type { DestinationFormState } from './use-destination-form.ts';

const words = destinations.form;

/** Where what was sent is found. */
export function LinksFields({ form }: { form: DestinationFormState }) {
  const { values } = form;
  return (
    <>
      <TextField
        label={words.publicUrlBase}
        description={words.publicUrlBaseHint}
        value={values.publicUrlBase}
        onChange={(publicUrlBase) => form.set({ publicUrlBase })}
        onBlur={() => form.leave('publicUrlBase')}
        error={form.problem('publicUrlBase')}
        mono
      />
      <TextField
        label={`${words.linkLifetime} (${words.minutes})`}
        description={words.linkLifetimeHint}
        value={values.linkLifetime}
        onChange={(linkLifetime) => form.set({ linkLifetime })}
        onBlur={() => form.leave('linkLifetime')}
        error={form.problem('linkLifetime')}
        inputMode="numeric"
      />
    </>
  );
}
