import type { FoundOnMachine } from '../../../shared/ipc.ts';
import { placeName } from '../../../shared/connection-kind.ts';
import { backends } from '../../../shared/strings/backends.ts';
import { SignInFields } from '../../app/sign-in-fields.tsx';
import { Note, TextField } from '../../components/index.ts';
import { BackendAdvanced } from './backend-advanced.tsx';
import { keepsSignIn, type Edited } from './backend-draft.ts';
import type { BackendForm } from './use-backend-form.ts';

const words = backends.form;

export interface BackendFieldsProps {
  form: BackendForm;
  edited: Edited | null;
  /** null: not known yet */
  found: FoundOnMachine | null;
  autoFocus: boolean;
}

/** Where the backend is and who signs in; what few have to change is folded away. */
export function BackendFields({ form, edited, found, autoFocus }: BackendFieldsProps) {
  const { values } = form;
  return (
    <>
      <TextField
        label={words.baseUrl}
        value={values.baseUrl}
        onChange={(baseUrl) => form.set({ baseUrl })}
        onBlur={() => form.leave('baseUrl')}
        error={form.problem('baseUrl')}
        description={words.baseUrlHint}
        autoFocus={autoFocus}
        mono
      />
      <SignIn form={form} edited={edited} />
      {found?.secrets === 'obscured' && (
        <Note tone="warning">
          <strong>{words.obscuredTitle}</strong>
          <p>{words.obscured}</p>
        </Note>
      )}
      <TextField
        label={words.name}
        value={values.name}
        onChange={(name) => form.set({ name })}
        error={form.problem('name')}
        description={words.nameHint}
        placeholder={URL.canParse(values.baseUrl.trim()) ? new URL(values.baseUrl.trim()).host : ''}
      />
      <BackendAdvanced form={form} />
    </>
  );
}

function SignIn({ form, edited }: Pick<BackendFieldsProps, 'form' | 'edited'>) {
  const { values } = form;
  const kept = keepsSignIn(values, edited);
  return (
    <div className="sign-in-group">
      <SignInFields
        values={values.signIn}
        set={form.setSignIn}
        problem={form.problem}
        onLeave={form.leave}
        kept={kept ? words.kept : undefined}
      />
      <p className="field-description">{hintOf(edited, kept)}</p>
    </div>
  );
}

function hintOf(edited: Edited | null, kept: boolean): string {
  if (edited?.state?.signedIn !== true) return words.later;
  const { username, user } = edited.state;
  return kept
    ? words.keptHint(username === '' ? (user ?? '') : username)
    : words.elsewhere(placeName(edited.connection.config));
}
