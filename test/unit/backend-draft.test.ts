import { describe, expect, it } from 'vitest';
import { signInProblems, type SignInValues } from '../../renderer/app/sign-in-draft.ts';
import {
  backendDraft,
  backendFieldOfRefusal,
  backendValues,
  isAdvanced,
  startBackend,
  type BackendValues,
  type Edited,
} from '../../renderer/features/connections/backend-draft.ts';
import { fieldsOfKind, usualSettings } from '../../renderer/features/connections/backend-settings.ts';
import { textOfValue, typedValue } from '../../renderer/features/connections/extra-value.ts';
import { brokerKinds, parseBrokerSettings } from '../../shared/broker-settings.ts';
import { backendDraftSchema, type SignInState } from '../../shared/ipc.ts';
import { backends } from '../../shared/strings/backends.ts';

const baseUrl = 'https://app.example.org/base';
const password = { how: 'password', username: 'anna', password: 'secret', token: '' } as const;

function filled(changes: Partial<BackendValues> = {}): BackendValues {
  return { ...startBackend('fitness'), baseUrl, signIn: password, ...changes };
}

function edited(settings: object = {}, state: Partial<SignInState> = {}): Edited {
  const parsed = parseBrokerSettings({ kind: 'fitness', baseUrl, signIn: { how: 'password' }, ...settings });
  return {
    connection: {
      ...{ id: 7, name: 'Team', capabilities: null, practice: false },
      config: { kind: 'broker', settings: parsed },
    },
    state: {
      ...{ connectionId: 7, signedIn: true, username: 'anna', user: 'user1', question: 'none', waits: false },
      ...state,
    },
  };
}

function problems(values: BackendValues, of: Edited | null = null, what: 'test' | 'save' = 'save') {
  const made = backendDraft(values, of, what);
  return 'problems' in made ? made.problems : {};
}

describe('the form of a backend', () => {
  it.each(brokerKinds)('of %s begins as the document has it, and every setting has words', (kind) => {
    const values = { ...startBackend(kind), baseUrl, signIn: password };
    const made = backendDraft(values, null, 'save');
    expect(made).toMatchObject({ draft: { id: null, name: 'app.example.org', signIn: { with: 'password' } } });
    if (!('draft' in made)) return;
    expect(made.draft.settings).toEqual({ ...usualSettings(kind), baseUrl });
    expect(backendDraftSchema.parse(made.draft)).toEqual(made.draft);
    const fields = fieldsOfKind(kind, 'password');
    for (const { path, group } of fields) {
      expect(backends.form.labels[path], path).toMatch(/^[A-Z]/);
      expect(backends.form.groups[group].title, path).not.toBe('');
      expect(isAdvanced(path)).toBe(true);
    }
  });

  it('of a saved one is that one again, with what differs', () => {
    const settings = {
      signIn: { how: 'token', scheme: 'JWT', gives: { accessToken: 'data.token' } },
      paths: { place: '/place', complete: null },
      ...{ extra: { place: { team: 'u14', seats: 4, code: '0042', open: true, zip: '42' } }, life: 60 },
      headers: { 'x-amz-acl': 'private' },
    };
    const one = edited(settings, { username: '' });
    const made = backendDraft(backendValues(one), one, 'save');
    expect(made).toEqual({
      draft: { id: 7, name: 'Team', settings: one.connection.config.settings, signIn: null },
    });
  });

  it('sends a token with settings that know no password', () => {
    const signIn: SignInValues = { how: 'token', username: '', password: '', token: ' eyJ.a.b\n' };
    const made = backendDraft(filled({ signIn }), null, 'save');
    expect(made).toMatchObject({ draft: { settings: { signIn: { how: 'token' } }, signIn: { token: 'eyJ.a.b' } } });
  });

  it.each<[string, Partial<BackendValues>, object]>([
    ['no address', { baseUrl: '' }, { baseUrl: /https:\/\/app\.example\.org/ }],
    ['an address that everyone reads', { baseUrl: 'http://example.org' }, { baseUrl: /begin with https/ }],
    ['a long name', { name: 'x'.repeat(101) }, { name: /100/ }],
    ['a user name alone', { signIn: { ...password, password: '' } }, { password: /password/ }],
    ['a token of two words', { signIn: { ...password, how: 'token', token: 'a b' } }, { token: /no spaces/ }],
  ])('says where %s is wrong', (_, changes, expected) => {
    expect(problems(filled(changes))).toEqual(
      Object.fromEntries(
        Object.entries(expected).map(([field, words]) => [field, expect.stringMatching(words as RegExp)]),
      ),
    );
  });

  it('says it of settings at their own field or line', () => {
    const { texts, pairs } = startBackend('fitness');
    const wrong = filled({
      texts: { ...texts, 'paths.place': 'x', 'asks.contentType': ' ', life: 'soon', largestFile: '' },
      pairs: {
        ...pairs,
        'extra.place': [
          { name: 'fine', value: '1' },
          { name: 'not fine', value: '' },
          { name: 'fine', value: '2' },
        ],
        headers: [{ name: 'Big', value: 'x' }],
      },
    });
    expect(problems(wrong)).toEqual({
      'paths.place': expect.stringContaining('begins with /') as string,
      'asks.contentType': 'This is needed.',
      life: expect.stringContaining('seconds') as string,
      largestFile: expect.stringContaining('bytes') as string,
      'extra.place.1.name': expect.stringContaining('letters, digits') as string,
      'extra.place.2.name': 'This name is there already.',
      'headers.0.name': expect.stringContaining('small letters') as string,
    });
  });

  it('wants a sign-in for a test, not for saving; what is kept stays, but not for another name', () => {
    const empty = { ...password, username: '', password: '' };
    expect(problems(filled({ signIn: empty }))).toEqual({});
    expect(problems(filled({ signIn: empty }), null, 'test')).toHaveProperty('password');
    const one = edited();
    const values = backendValues(one);
    expect(backendDraft(values, one, 'test')).toMatchObject({ draft: { id: 7, signIn: null } });
    expect(problems({ ...values, signIn: { ...values.signIn, username: 'ben' } }, one)).toHaveProperty('password');
  });

  it('finds the field of what main refuses', () => {
    expect(backendFieldOfRefusal('Name: there is a connection "x" already.')).toBe('name');
    expect(backendFieldOfRefusal('settings.baseUrl: An address is needed.')).toBe('baseUrl');
    expect(backendFieldOfRefusal('The name is odd')).toBeNull();
  });
});

it.each([
  ['4', 4],
  ['-1.5', -1.5],
  ['true', true],
  ['false', false],
  ['"4"', '4'],
  ['007', '007'],
  ['"open', '"open'],
  ['u14', 'u14'],
  ['', ''],
])('an extra field %j is %j', (text, value) => {
  expect(typedValue(text)).toBe(value);
  expect(typedValue(textOfValue(value))).toBe(value);
});

it('a token is pasted with its scheme or without', () => {
  const token = (text: string) => signInProblems({ how: 'token', username: '', password: '', token: text });
  expect([token('Bearer eyJ.a.b'), token(' eyJ.a.b ')]).toEqual([{}, {}]);
  expect(token('')).toHaveProperty('token');
});
