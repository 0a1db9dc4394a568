import type { S3ConnectionInfo, FoundOnMachine } from '../../../shared/ipc.ts';
import { connections as words } from '../../../shared/strings/connections.ts';
import { Note, RadioGroup, SecretField, Select, TextField } from '../../components/index.ts';
import { hasSavedKeys, needsToken } from './draft.ts';
import type { ConnectionForm } from './use-form.ts';

export interface CredentialFieldsProps {
  form: ConnectionForm;
  editing: S3ConnectionInfo | null;
  /** null: not known yet */
  found: FoundOnMachine | null;
}

export function CredentialFields({ form, editing, found }: CredentialFieldsProps) {
  const { from } = form.values;
  return (
    <>
      <RadioGroup
        label={words.form.from}
        choices={[
          { id: 'keys', label: words.form.fromKeys },
          { id: 'profile', label: words.form.fromProfile },
        ]}
        value={from}
        onChange={(chosen) => form.set({ from: chosen })}
      />
      {from === 'keys' ? (
        <KeyFields form={form} kept={hasSavedKeys(editing)} />
      ) : (
        <ProfileField form={form} found={found} />
      )}
      {from === 'keys' && found?.secrets === 'obscured' && (
        <Note tone="warning">
          <strong>{words.form.obscuredTitle}</strong>
          <p>{words.form.obscured}</p>
        </Note>
      )}
    </>
  );
}

function KeyFields({ form, kept }: { form: ConnectionForm; kept: boolean }) {
  const { values } = form;
  const placeholder = kept ? { placeholder: words.form.kept } : {};
  return (
    <div className="form-columns connection-keys">
      <TextField
        label={words.form.accessKeyId}
        value={values.accessKeyId}
        onChange={(accessKeyId) => form.set({ accessKeyId })}
        onBlur={() => form.leave('accessKeyId')}
        error={form.problem('accessKeyId')}
        autoComplete="off"
        mono
        {...placeholder}
      />
      <SecretField
        label={words.form.secretAccessKey}
        value={values.secretAccessKey}
        onChange={(secretAccessKey) => form.set({ secretAccessKey })}
        onBlur={() => form.leave('secretAccessKey')}
        error={form.problem('secretAccessKey')}
        mono
        {...placeholder}
      />
      {kept && <p className="field-description">{words.form.keptHint}</p>}
      {needsToken(values) && (
        <SecretField
          label={words.form.sessionToken}
          value={values.sessionToken}
          onChange={(sessionToken) => form.set({ sessionToken })}
          onBlur={() => form.leave('sessionToken')}
          error={form.problem('sessionToken')}
          description={words.form.sessionTokenHint}
          mono
        />
      )}
    </div>
  );
}

/** Ids of the list: no profile is called like the first, for it has no @. */
const automatic = 'automatic';
const ofProfile = (name: string) => `@${name}`;

function ProfileField({ form, found }: { form: ConnectionForm; found: FoundOnMachine | null }) {
  const { profile } = form.values;
  const profiles = found?.profiles ?? [];
  const known = profiles.find(({ name }) => name === profile);
  const gone = profile !== null && known === undefined;
  const options = [
    { id: automatic, label: words.form.profileAutomatic, hint: words.form.profileAutomaticHint },
    ...profiles.map(({ name, region, sso }) => ({
      id: ofProfile(name),
      label: sso ? `${name} (${words.form.sso})` : name,
      ...(region === null ? {} : { hint: region }),
    })),
    ...(gone ? [{ id: ofProfile(profile), label: found === null ? profile : words.form.profileGone(profile) }] : []),
  ];
  const choose = (id: string) => {
    const chosen = profiles.find(({ name }) => ofProfile(name) === id);
    form.set({ profile: id === automatic ? null : id.slice(1) });
    // The profile's own region is the likely one, where none was typed.
    const { place, providerId } = form.values;
    if (providerId === 'aws' && place.region === '' && chosen?.region != null) form.setPlace({ region: chosen.region });
  };
  const description =
    known?.sso === true
      ? words.form.ssoHint(known.name)
      : profile === null
        ? words.form.profileAutomaticHint
        : undefined;
  return (
    <Select
      label={words.form.profile}
      options={options}
      value={profile === null ? automatic : ofProfile(profile)}
      onChange={choose}
      {...(description === undefined ? {} : { description })}
    />
  );
}
