/** What is typed to sign in to a backend, and what becomes of it. Pure. */
import type { BackendSignIn } from '../../shared/ipc.ts';
import { signIns as words } from '../../shared/strings/sign-ins.ts';

export interface SignInValues {
  how: BackendSignIn['with'];
  username: string;
  password: string;
  token: string;
}

export type SignInField = Exclude<keyof SignInValues, 'how'>;

/** What is to be forgotten with the form. */
export const signInSecrets = ['password', 'token'] as const satisfies readonly SignInField[];

export function emptySignIn(how: SignInValues['how'], username = ''): SignInValues {
  return { how, username, password: '', token: '' };
}

/** Nothing is typed: of a connection that is there, what is kept stays. A user name alone is filled in for the person. */
export function isSignInEmpty({ how, password, token }: SignInValues): boolean {
  return how === 'token' ? token.trim() === '' : password === '';
}

/** As the contract has it (shared/ipc.ts). */
export function signInProblems(values: SignInValues): Partial<Record<SignInField, string>> {
  const token = values.token.trim();
  if (values.how === 'token') {
    if (token === '') return { token: words.tokenMissing };
    return /^((bearer|token|jwt)\s+)?[\x21-\x7e]{1,16384}$/i.test(token) ? {} : { token: words.tokenSpaces };
  }
  const username = values.username.trim();
  return {
    ...(username === '' ? { username: words.usernameMissing } : {}),
    ...(username.length > 256 ? { username: words.usernameLong } : {}),
    ...(values.password === '' ? { password: words.passwordMissing } : {}),
    ...(values.password.length > 1024 ? { password: words.passwordLong } : {}),
  };
}

/** Of values without a problem. */
export function signInOf({ how, username, password, token }: SignInValues): BackendSignIn {
  return how === 'token' ? { with: how, token: token.trim() } : { with: how, username: username.trim(), password };
}
