/** What must be sent with a file to a signed address, so that its signature holds. */
import { SidelineError } from '../../shared/errors.ts';
import { broker as words } from '../../shared/strings/broker.ts';

export interface Signed {
  url: string;
  /** media type of the file */
  type: string;
  /** of the settings, by name in lower case */
  known: Readonly<Record<string, string>>;
  /** by the answer; they win */
  told: Readonly<Record<string, string>> | null;
}

/** node:http sends these, with the right values */
const own = new Set(['host', 'content-length']);

/**
 * The headers by name in lower case. A storage refuses x-amz- and x-goog- headers that were not signed, and misses those that
 * were: boto3 signs the ACL as a header. Throws `place-refused` for one whose value nobody knows.
 */
export function headersOf({ url, type, known, told }: Signed): Record<string, string> {
  const signed = signedNames(url);
  const usual = Object.entries(known).filter(([name]) => !/^x-(amz|goog)-/.test(name) || signed.includes(name));
  const lower = Object.entries(told ?? {}).map(([name, value]) => [name.toLowerCase(), value] as const);
  const headers: Record<string, string> = {
    'content-type': type,
    ...Object.fromEntries(usual),
    ...Object.fromEntries(lower.filter(([name]) => !own.has(name))),
  };
  const unknown = signed.find((name) => !own.has(name) && headers[name] === undefined);
  if (unknown === undefined) return headers;
  throw new SidelineError('place-refused', { subject: words.answers.headerUnknown(unknown) });
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html */
function signedNames(url: string): string[] {
  const query = new URL(url).searchParams;
  const names = [...query].find(([name]) => /^x-(amz|goog)-signedheaders$/i.test(name))?.[1] ?? 'host';
  return names.toLowerCase().split(';');
}
