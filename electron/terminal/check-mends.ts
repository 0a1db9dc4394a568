/** Which changes `check --fix` makes: those that are named, with what the options say of them. */
import { mendNames, mendSchema, type BucketCheck, type Mend, type MendName } from '../../shared/bucket-check.ts';
import { SidelineError } from '../../shared/errors.ts';
import { terminalCheck as words } from '../../shared/strings/terminal-check.ts';

export interface MendInputs {
  origin: readonly string[];
  /** web pages may send, too */
  upload: boolean;
  prefix?: string | undefined;
  days?: number | undefined;
  storageClass?: string | undefined;
  keyId?: string | undefined;
}

/** These open nothing, delete no object and cost next to nothing: all others are to be named. */
export const harmlessMends: readonly MendName[] = ['abort-uploads', 'encryption', 'versioning'];

/** Each once. Throws `invalid-input` that names what is unknown or missing. */
export function wantedMends(names: readonly string[], { findings }: BucketCheck, inputs: MendInputs): Mend[] {
  const offered = findings.flatMap(({ mend }) => mend ?? []);
  if (names.length === 0) {
    const mends = unique(offered.filter(({ mend }) => harmlessMends.includes(mend)));
    if (mends.length === 0) throw invalid(words.nothing);
    return mends;
  }
  return unique(names.map(mendName).flatMap((name) => mendsOf(name, offered, inputs)));
}

function unique(mends: readonly Mend[]): Mend[] {
  return [...new Map(mends.map((mend) => [JSON.stringify(mend), mend])).values()];
}

function mendName(name: string): MendName {
  const found = mendNames.find((one) => one === name);
  if (found === undefined) throw invalid(words.noMend(name, mendNames.join(', ')));
  return found;
}

/** As the check offers it, with what the options say in its place; or of the options alone. */
function mendsOf(name: MendName, offered: readonly Mend[], inputs: MendInputs): Mend[] {
  const proposals = offered.filter(({ mend }) => mend === name);
  const drafts = proposals.length === 0 ? [{ mend: name }] : proposals;
  return drafts.map((draft) => {
    const said: Record<string, unknown> = { ...defaults[name], ...draft, ...given(name, inputs) };
    const parsed = mendSchema.safeParse(said);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    const field = String(issue?.path[0] ?? '');
    throw invalid(
      said[field] === undefined ? words.notOffered(name) : words.wrong(name, `${field}: ${issue?.message ?? ''}`),
    );
  });
}

const defaults: Record<MendName, object> = {
  cors: { upload: false },
  'abort-uploads': { days: 7 },
  expire: {},
  archive: {},
  encryption: { by: 'AES256', keyId: null },
  versioning: {},
  'public-read': {},
  'allow-public': {},
};

function given(name: MendName, { origin, upload, prefix, days, storageClass, keyId }: MendInputs): object {
  const where = prefix === undefined ? {} : { prefix };
  const when = days === undefined ? {} : { days };
  switch (name) {
    case 'cors':
      return { ...(origin.length === 0 ? {} : { origins: origin }), ...(upload ? { upload } : {}) };
    case 'abort-uploads':
      return when;
    case 'expire':
      return { ...where, ...when };
    case 'archive':
      return { ...where, ...when, ...(storageClass === undefined ? {} : { storageClass }) };
    case 'encryption':
      return keyId === undefined ? {} : { by: 'aws:kms', keyId };
    case 'public-read':
      return where;
    case 'versioning':
    case 'allow-public':
      return {};
  }
}

function invalid(subject: string): SidelineError {
  return new SidelineError('invalid-input', { subject });
}
