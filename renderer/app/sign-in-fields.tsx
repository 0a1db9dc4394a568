import { signIns as words } from '../../shared/strings/sign-ins.ts';
import { RadioGroup, SecretField, TextField } from '../components/index.ts';
import type { SignInField, SignInValues } from './sign-in-draft.ts';

export interface SignInFieldsProps {
  values: SignInValues;
  set: (change: Partial<SignInValues>) => void;
  /** the sentence to show at a field; null: none (yet) */
  problem: (field: SignInField) => string | null;
  onLeave?: (field: SignInField) => void;
  /** This backend takes only tokens: nothing is to be chosen. */
  tokenOnly?: boolean;
  /** stands in the secret's field while it is empty */
  kept?: string | undefined;
  /** The field that is likely next has the focus. */
  autoFocus?: boolean;
}

/** User name and password, or a token: for the form of a connection, and wherever a person is asked to sign in. */
export function SignInFields(props: SignInFieldsProps) {
  const { values, set, tokenOnly = false } = props;
  return (
    <>
      {!tokenOnly && (
        <RadioGroup
          label={words.how}
          choices={[
            { id: 'password', label: words.withPassword },
            { id: 'token', label: words.withToken },
          ]}
          value={values.how}
          onChange={(how) => set({ how })}
        />
      )}
      {values.how === 'token' ? <TokenField {...props} /> : <PasswordFields {...props} />}
    </>
  );
}

function TokenField({ values, set, problem, onLeave, kept, autoFocus = false }: SignInFieldsProps) {
  return (
    <SecretField
      label={words.token}
      value={values.token}
      onChange={(token) => set({ token })}
      onBlur={() => onLeave?.('token')}
      error={problem('token')}
      description={words.tokenHint}
      autoFocus={autoFocus}
      mono
      {...(kept === undefined ? {} : { placeholder: kept })}
    />
  );
}

function PasswordFields({ values, set, problem, onLeave, kept, autoFocus = false }: SignInFieldsProps) {
  const isKnown = values.username !== '';
  return (
    <div className="sign-in-fields">
      <TextField
        label={words.username}
        value={values.username}
        onChange={(username) => set({ username })}
        onBlur={() => onLeave?.('username')}
        error={problem('username')}
        autoFocus={autoFocus && !isKnown}
        autoComplete="off"
      />
      <SecretField
        label={words.password}
        value={values.password}
        onChange={(password) => set({ password })}
        onBlur={() => onLeave?.('password')}
        error={problem('password')}
        autoFocus={autoFocus && isKnown}
        {...(kept === undefined ? {} : { placeholder: kept })}
      />
      <p className="field-description">{words.passwordHint}</p>
    </div>
  );
}
