/** Takes what is secret out of a text that leaves the computer: what is known to be one, and what looks like one. */

export const removed = '[removed]';

export interface Known {
  /** They go wherever they are, however they are written. */
  secrets: readonly string[];
  /** Four characters of them stay, so that two can be told apart. */
  accessKeyIds: readonly string[];
  /** the home folder, absolute: it becomes ~, for it holds a person's name */
  home: string;
}

type Rule = (text: string) => string;

/** Makes what redacts any number of texts, each complete in its lines: a secret that is cut in two is not recognised. */
export function createRedactor({ secrets, accessKeyIds, home }: Known): Rule {
  const rules = [...knownSecrets(secrets), ...patterns, ...knownIds(accessKeyIds), ...homeFolder(home)];
  return (text) => rules.reduce((redacted, rule) => rule(redacted), text);
}

function knownSecrets(secrets: readonly string[]): Rule[] {
  return longestFirst(secrets.flatMap(spellings)).map((secret) => (text) => text.replaceAll(secret, removed));
}

function knownIds(ids: readonly string[]): Rule[] {
  return longestFirst(ids.flatMap(spellings)).map((id) => (text) => text.replaceAll(id, shortId(id)));
}

/** The first four characters of an access key id. */
export function shortId(id: string): string {
  return `${id.slice(0, 4)}...`;
}

/** One may be part of another: what is left of the longer one would tell the rest. */
function longestFirst(texts: readonly string[]): string[] {
  return [...new Set(texts)].filter((text) => text !== '').toSorted((a, b) => b.length - a.length);
}

/** As it is, as JSON (and JSON in JSON) quotes it, as URLs and forms encode it, in either case, and in base64. */
function spellings(secret: string): string[] {
  const quoted = JSON.stringify(secret).slice(1, -1);
  const encoded = [
    percentEncoded(secret),
    encodeURI(secret.toWellFormed()),
    new URLSearchParams({ '': secret }).toString().slice(1),
  ];
  return [
    secret,
    quoted,
    JSON.stringify(quoted).slice(1, -1),
    ...encoded,
    ...encoded.map((text) => text.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())),
    Buffer.from(secret).toString('base64'),
  ];
}

/** As S3 signs it: RFC 3986, all but letters, digits and four marks. */
function percentEncoded(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll(
    /[!'()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

const secretNames =
  '(?:proxy-)?authorization|(?:set-)?cookie|x-amz-security-token|x-amz-signature|x-amz-credential|signature|' +
  'aws_?secret_?access_?key|secret[-_]?access[-_]?key|secret[-_]?key|client[-_]?secret|secret|' +
  '(?:aws[-_]?)?(?:session|security|access|refresh|id|bearer|auth)[-_]?token|token|' +
  'password|passwd|passphrase|pwd|api[-_]?key|private[-_]?key|awsaccesskeyid';

const patterns: Rule[] = [
  replacing(/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, removed),
  // "name": "value" as JSON has it, a list of headers (name, value) too
  replacing(new RegExp(`("[\\w-]{0,40}(?:${secretNames})"\\s*[:,]\\s*)"(?:[^"\\\\]|\\\\.)*"`, 'gi'), `$1"${removed}"`),
  // the same in JSON that is a text in JSON
  replacing(
    new RegExp(
      `((?<!\\\\)\\\\{1,7}"[\\w-]{0,40}(?:${secretNames})\\\\{1,7}"\\s*[:,]\\s*\\\\{1,7}")(?:(?!\\\\{1,7}")[^\\n])*`,
      'gi',
    ),
    `$1${removed}`,
  ),
  // name=value and name: value, to the end of the value; in a URL that is part of a URL too
  replacing(/((?:proxy-)?authorization|(?:set-)?cookie)(\s*[:=]\s*)[^"\\\n]+/gi, `$1$2${removed}`),
  replacing(
    new RegExp(`(?<![\\w-])([\\w-]{0,40}(?:${secretNames}))(\\s*[:=]\\s*|%3D)['"]?[^\\s"'&,;\\\\<>]+`, 'gi'),
    `$1$2${removed}`,
  ),
  replacing(/((?:[?&;]|%3F|%26)X-Amz-[\w-]+(?:=|%3D))[^\s"'&\\<>]*/gi, `$1${removed}`),
  // without a name
  replacing(/\bAWS4-HMAC-SHA256\s+Credential=[^"\\\n]*/g, `AWS4-HMAC-SHA256 ${removed}`),
  replacing(/\bAWS [A-Z0-9]{8,}:[A-Za-z0-9+/=]+/g, `AWS ${removed}`),
  replacing(/\b(Bearer|Basic|Digest|Negotiate|NTLM)\s+(?=[\w+/.~-]*[\d+/=.])[\w+/=.~-]{6,}/gi, `$1 ${removed}`),
  replacing(/\b([a-z][a-z0-9+.-]{0,20}:\/\/)[^/\s"']*@/gi, `$1${removed}@`),
  replacing(/\b(?:FwoG|FQoG|IQoJ)[\w+/=%-]{16,}/g, removed), // session tokens of AWS
  replacing(
    /(?<![\w+/=])(?=[a-z0-9+/]*[A-Z])(?=[A-Z0-9+/]*[a-z])(?=[A-Za-z+/]*\d)[A-Za-z0-9+/]{40}(?![\w+/=])/g,
    removed,
  ),
  replacing(/\b((?:AKIA|ASIA|AROA|AIDA|ABIA|ACCA)[A-Z0-9]{8,})\b/g, (id) => shortId(id)),
];

function replacing(pattern: RegExp, by: string | ((found: string) => string)): Rule {
  return typeof by === 'string' ? (text) => text.replaceAll(pattern, by) : (text) => text.replaceAll(pattern, by);
}

/** With the separators of the system, as JSON quotes them, and as URLs have them. */
function homeFolder(home: string): Rule[] {
  const folder = home.replace(/[/\\]+$/, '');
  if (folder === '') return [];
  const written = [
    folder,
    folder.replaceAll('\\', '\\\\'),
    folder.replaceAll('\\', '/'),
    encodeURI(folder.toWellFormed()),
  ];
  return longestFirst(written).map((one) => {
    const pattern = new RegExp(`${one.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')}(?![\\w-])`, 'gi');
    return (text) => text.replaceAll(pattern, '~');
  });
}
