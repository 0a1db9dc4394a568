import {
  endpointOfAddress,
  jurisdictions,
  providers,
  type PlaceField,
  type Provider,
} from '../../../shared/providers.ts';
import { connections as words } from '../../../shared/strings/connections.ts';
import { Note, Select, Switch, TextField } from '../../components/index.ts';
import { RegionField } from './region-field.tsx';
import type { ConnectionForm } from './use-form.ts';

/** What this provider must be asked, and nothing else. */
export function PlaceFields({ form, autoFocus }: { form: ConnectionForm; autoFocus: boolean }) {
  const provider = providers[form.values.providerId];
  return provider.asks.map((field, at) => (
    <PlaceFieldOf key={field} field={field} provider={provider} form={form} autoFocus={autoFocus && at === 0} />
  ));
}

interface FieldProps {
  provider: Provider;
  form: ConnectionForm;
  /** It is the first question. */
  autoFocus: boolean;
}

function PlaceFieldOf({ field, ...props }: FieldProps & { field: PlaceField }) {
  switch (field) {
    case 'address':
      return <Address {...props} />;
    case 'account':
      return <Account {...props} />;
    case 'jurisdiction':
      return <Jurisdiction {...props} />;
    case 'region':
      return <Region {...props} />;
    case 'pathStyle':
      return <PathStyle {...props} />;
  }
}

function Address({ provider, form, autoFocus }: FieldProps) {
  const { address } = form.values.place;
  const endpoint = endpointOfAddress(provider, address);
  return (
    <>
      <TextField
        label={words.form.fields.address}
        value={address}
        onChange={(text) => form.setPlace({ address: text })}
        onBlur={() => form.leave('address')}
        error={form.problem('address')}
        description={endpoint === null ? words.form.example(provider.example) : words.form.reachedAt(endpoint)}
        autoFocus={autoFocus}
        mono
      />
      {endpoint?.startsWith('http:') === true && <Note tone="warning">{words.form.plain}</Note>}
    </>
  );
}

function Account({ form, autoFocus }: FieldProps) {
  return (
    <TextField
      label={words.form.fields.account}
      value={form.values.place.account}
      onChange={(account) => form.setPlace({ account })}
      onBlur={() => form.leave('account')}
      error={form.problem('account')}
      description={words.form.hints.account}
      autoFocus={autoFocus}
      mono
    />
  );
}

function Jurisdiction({ form }: FieldProps) {
  return (
    <Select
      label={words.form.fields.jurisdiction}
      options={jurisdictions.map((id) => ({ id, label: words.form.jurisdictions[id] }))}
      value={form.values.place.jurisdiction}
      onChange={(jurisdiction) => form.setPlace({ jurisdiction })}
      description={words.form.hints.jurisdiction}
    />
  );
}

function Region({ provider, form, autoFocus }: FieldProps) {
  const props = {
    label: words.form.fields.region,
    value: form.values.place.region,
    onChange: (region: string) => form.setPlace({ region }),
    onBlur: () => form.leave('region'),
    error: form.problem('region'),
    autoFocus,
  };
  if (provider.regions.length === 0) return <TextField {...props} description={words.form.hints.regionOwn} mono />;
  const { regionAws, regionPasted } = words.form.hints;
  const description = provider.example === '' ? regionAws : regionPasted(provider.example);
  return <RegionField {...props} description={description} regions={provider.regions} />;
}

function PathStyle({ form }: FieldProps) {
  return (
    <div className="field">
      <Switch isSelected={form.values.place.pathStyle} onChange={(pathStyle) => form.setPlace({ pathStyle })}>
        {words.form.fields.pathStyle}
      </Switch>
      <span className="field-description">{words.form.hints.pathStyle}</span>
    </div>
  );
}
