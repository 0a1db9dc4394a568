/**
 * Who may read what, as far as a bucket policy says so to everybody. Not all of the policy language: what has a condition counts
 * as "some". https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
 */
import { z } from 'zod';

const oneOrMore = z
  .union([z.string(), z.array(z.string())])
  .transform((given) => (typeof given === 'string' ? [given] : given));

const principalSchema = z
  .union([z.string(), z.record(z.string(), oneOrMore)])
  .transform((given) => (typeof given === 'string' ? { AWS: [given] } : given));

const statementSchema = z.looseObject({
  Sid: z.string().optional(),
  Effect: z.string(),
  Principal: principalSchema.optional(),
  NotPrincipal: z.unknown().optional(),
  Action: oneOrMore.optional(),
  NotAction: oneOrMore.optional(),
  Resource: oneOrMore.optional(),
  NotResource: oneOrMore.optional(),
  Condition: z.record(z.string(), z.unknown()).optional(),
});

const policySchema = z.looseObject({
  Statement: z.union([z.array(z.unknown()), z.unknown().transform((one) => [one])]).optional(),
});

/** What one statement says. */
export interface Statement {
  /** '' : it has none */
  sid: string;
  allow: boolean;
  /** `cdn`: a CDN of the same cloud */
  to: 'everyone' | 'cdn' | 'others';
  conditional: boolean;
  /** s3:GetObject is among what it speaks of */
  reads: boolean;
  /** adding, replacing or deleting objects, or changing who may do what with them */
  writes: boolean;
  /** the names of all objects of the bucket */
  lists: boolean;
  /** of keys, with `*` and `?` */
  keys: string[];
  /** but not of these */
  except: string[];
}

/** Statements that cannot be understood are left out. `policy`: as JSON gave it; null: there is none */
export function statementsOf(policy: unknown, bucket: string): Statement[] {
  const parsed = policySchema.safeParse(policy ?? {});
  return (parsed.data?.Statement ?? []).flatMap((one) => {
    const statement = statementSchema.safeParse(one).data;
    return statement === undefined ? [] : [described(statement, bucket)];
  });
}

function described(statement: z.output<typeof statementSchema>, bucket: string): Statement {
  const { Sid = '', Effect, Principal = {}, NotPrincipal, Resource, NotResource = [], Condition = {} } = statement;
  const resources = Resource ?? (NotResource.length > 0 ? ['*'] : []);
  const speaksOf = (...names: readonly string[]) => names.some((name) => isAbout(statement, name));
  return {
    sid: Sid,
    allow: Effect === 'Allow',
    to: NotPrincipal === undefined ? grantee(Principal) : 'everyone', // all but some are everybody who has no key
    conditional: Object.keys(Condition).length > 0,
    reads: speaksOf('s3:GetObject'),
    writes: speaksOf('s3:PutObject', 's3:DeleteObject', 's3:DeleteObjectVersion', 's3:PutObjectAcl'),
    lists: speaksOf('s3:ListBucket', 's3:ListBucketVersions') && resources.some((arn) => isBucket(arn, bucket)),
    keys: resources.flatMap((arn) => keysOf(arn, bucket)),
    except: NotResource.flatMap((arn) => keysOf(arn, bucket)),
  };
}

function isAbout({ Action, NotAction = [] }: z.output<typeof statementSchema>, name: string): boolean {
  const matching = (actions: readonly string[]) =>
    actions.some((action) => matches(action.toLowerCase(), name.toLowerCase()));
  return Action === undefined ? NotAction.length > 0 && !matching(NotAction) : matching(Action);
}

function grantee(principal: Record<string, string[]>): Statement['to'] {
  const accounts = [...(principal.AWS ?? []), ...(principal['*'] ?? [])];
  if (accounts.includes('*')) return 'everyone';
  return (principal.Service ?? []).some((name) => name.startsWith('cloudfront.')) ? 'cdn' : 'others';
}

/** The bucket itself, and not its objects. */
function isBucket(arn: string, bucket: string): boolean {
  const [, name = ''] = /^arn:[^:]*:s3:[^:]*:[^:]*:([^/]*)$/s.exec(arn) ?? [];
  return arn === '*' || matches(name, bucket);
}

/** arn:aws:s3:::bucket/keys, in any of Amazon's clouds */
function keysOf(arn: string, bucket: string): string[] {
  if (arn === '*') return ['*'];
  const [, name = '', keys] = /^arn:[^:]*:s3:[^:]*:[^:]*:([^/]*)(?:\/(.*))?$/s.exec(arn) ?? [];
  if (!matches(name, bucket)) return [];
  if (keys !== undefined) return [keys];
  return name.endsWith('*') ? ['*'] : []; // arn:aws:s3:::* speaks of objects too
}

/** `*` stands for any text, slashes too, and `?` for one character. At most as many steps as the product of both lengths. */
export function matches(pattern: string, text: string): boolean {
  let at = 0;
  let read = 0;
  let star = -1;
  let from = 0;
  while (read < text.length) {
    if (pattern[at] === '*') {
      star = at++;
      from = read;
    } else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === text[read])) {
      at++;
      read++;
    } else if (star !== -1) {
      at = star + 1; // the last star takes one character more
      read = ++from;
    } else return false;
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
}

/** All keys of a folder match: any name does, that nobody could have meant. */
function covers(pattern: string, folder: string): boolean {
  return matches(pattern, `${folder}\u{1}any/thing.\u{2}`);
}

/** Some key of a folder can match. */
function reaches(pattern: string, folder: string): boolean {
  for (let length = 0; length <= pattern.length; length++) {
    if (matches(pattern.slice(0, length), folder)) return true;
  }
  return false;
}

/** Who may read a folder, by the policy alone. `some`: whoever fulfils a condition */
export type Readers = 'everyone' | 'some' | 'cdn' | 'nobody';

/** Whether all of a folder (a prefix; '' is the bucket) is open. */
export function readersOf(statements: readonly Statement[], folder: string): Readers {
  const about = statements.filter(
    ({ reads, keys, except }) =>
      reads && keys.some((one) => covers(one, folder)) && !except.some((one) => reaches(one, folder)),
  );
  const denied = about.filter(({ allow, to }) => !allow && to === 'everyone');
  if (denied.some(({ conditional }) => !conditional)) return 'nobody';
  const open = about.filter(({ allow, to }) => allow && to === 'everyone');
  if (open.some(({ conditional }) => !conditional)) return denied.length > 0 ? 'some' : 'everyone';
  if (about.some(({ allow, to }) => allow && to === 'cdn')) return 'cdn';
  return open.length > 0 ? 'some' : 'nobody';
}

/** It does nothing but let everybody read objects of the bucket. `statement`: as JSON gave it */
export function onlyOpens(statement: unknown, bucket: string): boolean {
  const parsed = statementSchema.safeParse(statement).data;
  if (parsed === undefined) return false;
  const { allow, to, conditional, keys } = described(parsed, bucket);
  const actions = parsed.Action ?? [];
  const isReading = actions.length > 0 && actions.every((action) => /^s3:getobject(version)?$/i.test(action));
  return allow && to === 'everyone' && !conditional && keys.length > 0 && isReading;
}

/** The statements that let everybody read something of a folder, by their Sid or number from 1. */
export function openingTo(statements: readonly Statement[], folder: string): string[] {
  return namesOf(
    statements,
    ({ reads, keys, except }) =>
      reads && keys.some((one) => reaches(one, folder)) && !except.some((one) => covers(one, folder)),
  );
}

/** Those that let everybody see the names of objects, or change something. */
export function listingAll(statements: readonly Statement[]): string[] {
  return namesOf(statements, ({ lists }) => lists);
}

export function writingAll(statements: readonly Statement[]): string[] {
  return namesOf(statements, ({ writes, keys }) => writes && keys.length > 0);
}

/** Of what is allowed to everybody without a condition. */
function namesOf(statements: readonly Statement[], counts: (statement: Statement) => boolean): string[] {
  return statements.flatMap((one, at) => {
    const isOpen = one.allow && one.to === 'everyone' && !one.conditional && counts(one);
    return isOpen ? [one.sid === '' ? `number ${at + 1}` : one.sid] : [];
  });
}
