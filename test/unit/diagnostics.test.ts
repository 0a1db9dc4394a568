import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { s3ConfigSchema, type Credentials } from '../../shared/domain.ts';
import { reason } from '../../shared/errors.ts';
import { defaultSettings, type Settings } from '../../shared/settings.ts';
import { diagnosticsText, type DiagnosticsDeps } from '../../electron/app/diagnostics.ts';
import { createRedactor } from '../../electron/app/redact.ts';
import { openLog } from '../../electron/log.ts';
import { openJournal, type OpenedJournal } from '../../electron/journal/open.ts';
import { fileSecretStore, secretName } from '../../electron/storage/secrets.ts';
import { newFolder } from '../servers/tree.ts';

const key: Credentials = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  sessionToken: 'FwoGZXIvYXdzEBYaDkpQ+sideline/token==',
};
/** With all that JSON, URLs and regular expressions treat in their own way. */
const odd: Credentials = { accessKeyId: 'minio.admin(1)', secretAccessKey: 'p"a\\ss w$&ö/[x]+1%2' };
const proxyPassword = 'pr0xy/p@ss';
const environmentSecret = 'environment+secret+value';
const home = '/home/anna.example';

/** What must not be found of any of it, in any spelling. */
const forbidden = [
  ...[key, odd].flatMap(({ accessKeyId, secretAccessKey, sessionToken }) => [
    accessKeyId,
    secretAccessKey,
    ...(sessionToken === undefined ? [] : [sessionToken]),
  ]),
  proxyPassword,
  environmentSecret,
  'anna.example',
].flatMap((text) => [
  text,
  JSON.stringify(text).slice(1, -1),
  JSON.stringify(JSON.stringify(text)).slice(3, -3),
  encodeURIComponent(text),
  new URLSearchParams({ a: text }).toString().slice(2),
]);

function expectClean(text: string): void {
  for (const secret of forbidden) expect(text.includes(secret), secret).toBe(false);
}

const redact = createRedactor({
  secrets: [key, odd].flatMap(({ secretAccessKey, sessionToken = '' }) => [secretAccessKey, sessionToken]),
  accessKeyIds: [key.accessKeyId, odd.accessKeyId],
  home,
});

describe('createRedactor', () => {
  it('takes known secrets out, however they are written', () => {
    for (const { secretAccessKey: secret } of [key, odd]) {
      const spellings = [
        secret,
        JSON.stringify({ msg: secret }),
        JSON.stringify({ msg: JSON.stringify({ text: secret }) }),
        `https://host/?a=${encodeURIComponent(secret)}&b=1`,
        `https://host/?a=${encodeURIComponent(secret).replaceAll(/%../g, (code) => code.toLowerCase())}&b=1`,
        new URLSearchParams({ a: secret }).toString(),
        Buffer.from(secret).toString('base64'),
      ];
      for (const spelling of spellings)
        expect(redact(`before ${spelling} after`)).toMatch(/^before .*\[removed\].*after$/);
      expectClean(redact(spellings.join('\n')));
    }
  });

  it('a secret that is the beginning of another does not tell the rest of it', () => {
    const both = createRedactor({ secrets: ['abcdef', 'abcdefghij'], accessKeyIds: [], home: '/h' });
    expect(both('abcdefghij abcdef')).toBe('[removed] [removed]');
  });

  it.each([
    // signed addresses, in one's own way and in another's
    ['https://b.s3.amazonaws.com/k?X-Amz-Credential=AKIAXYZ%2F2026&X-Amz-Signature=SECRET&x-id=Put', 'x-id=Put'],
    ['https://host/k?X-Amz-Security-Token=SECRET', 'https://host/k'],
    ['to=https%3A%2F%2Fhost%2Fk%3FX-Amz-Date%3D2026%26X-Amz-Signature%3DSECRET&more=1', 'more=1'],
    ['https://b.s3.amazonaws.com/k?AWSAccessKeyId=SECRET&Signature=SECRET%3D&Expires=1', 'Expires=1'],
    // headers, as objects, lists, lines and in errors
    [
      '{"authorization":"AWS4-HMAC-SHA256 Credential=A/b, SignedHeaders=host, Signature=SECRET","host":"x"}',
      '"host":"x"',
    ],
    ['["Authorization","Bearer SECRET","Host","x"]', '"Host","x"'],
    ['["x-amz-security-token","SECRET","Host","x"]', '"Host","x"'],
    ['Proxy-Authorization: Basic Y29hY2g6U0VDUkVU\nHost: x', 'Host: x'],
    ['Cookie: session=SECRET; other=SECRET\nHost: x', 'Host: x'],
    ['sent AWS4-HMAC-SHA256 Credential=A/b, SignedHeaders=host, Signature=SECRET', 'sent'],
    ['sent AWS AKIAABCDEFGH:SECRETxyz=', 'sent'],
    // fields
    ['{"secretAccessKey":"SEC\\"RET","a":1}', '"a":1'],
    ['{"msg":"{\\"brokerToken\\":\\"SECRET\\",\\"a\\":1}"}', '\\"a\\":1'],
    ['{"credentials":{"password" : "SECRET SECRET"},"a":1}', '"a":1'],
    ['aws_secret_access_key = SECRET\nregion = x', 'region = x'],
    ["env AWS_SESSION_TOKEN='SECRET' x", ' x'],
    ['http://coach:SECRET@proxy.example.org:3128/', '@proxy.example.org:3128/'],
    ['http://coach:SEC@RET@proxy.example.org:3128/', '@proxy.example.org:3128/'],
    ['-----BEGIN RSA PRIVATE KEY-----\\nSECRET\\n-----END RSA PRIVATE KEY----- then', ' then'],
  ])('takes out what looks like a secret: %s', (text, stays) => {
    const redacted = redact(text);
    expect(redacted).not.toMatch(/SECRET|SEC|RET|Y29hY2g6/);
    expect(redacted).toContain('[removed]');
    expect(redacted).toContain(stays);
  });

  it('shortens access keys to four characters, those that nobody told it of too', () => {
    expect(redact(`${key.accessKeyId} ASIAQQQQQQQQQQQQQQQQ ${odd.accessKeyId}`)).toBe('AKIA... ASIA... mini...');
  });

  it('takes out keys and tokens that stand by themselves', () => {
    expect(redact('a 0123456789ABCDEFghijklmnopqrstuvwx/+YZab b')).toBe('a [removed] b');
    expect(redact('a IQoJb3JpZ2luX2VjEBYaCXVzLWVhc3QtMSJ b')).toBe('a [removed] b');
  });

  it('writes the home folder as ~, in the ways of every system, and no folder that only begins so', () => {
    expect(redact(`${home}/a file://${home}/b "${home}" ${home}-2/c`)).toBe(`~/a file://~/b "~" ${home}-2/c`);
    const windows = createRedactor({ secrets: [], accessKeyIds: [], home: 'C:\\Users\\Anna' });
    expect(windows('C:\\Users\\Anna\\a {"p":"C:\\\\Users\\\\Anna\\\\b"} file:///C:/Users/Anna/c')).toBe(
      '~\\a {"p":"~\\\\b"} file:///~/c',
    );
  });

  it.each(['\\', '\\"', 'token', 'a+', 'a://', '"secret":"\\'])(
    'is done soon with any line, as of many %s',
    (piece) => {
      const started = performance.now();
      redact(piece.repeat(100_000));
      expect(performance.now() - started).toBeLessThan(1000);
    },
  );

  it('leaves alone what helps', () => {
    const helpful =
      '{"level":50,"key":"day 1/tokens of luck/secret place.jpg","x-amz-request-id":"tx000012","etag":"d41d8cd98f00b204e9800998ecf8427e",' +
      '"sha1":"da39a3ee5e6b4b0d3255bfef95601890afd80709","err":"The basic setup has failed: ECONNRESET"}';
    expect(redact(helpful)).toBe(helpful);
  });
});

describe('diagnosticsText', () => {
  let folder: string;
  let journal: OpenedJournal;
  const settings: Settings = {
    ...defaultSettings,
    limitRate: 123_456,
    proxy: { use: 'address', address: `http://coach:${encodeURIComponent(proxyPassword)}@proxy.example.org:3128` },
  };
  const config = s3ConfigSchema.parse({
    ...{ endpoint: 'https://s3.example.org', region: 'eu-west-1', bucket: 'media', pathStyle: true },
    credentials: { from: 'stored' },
  });

  beforeEach(async () => {
    folder = await newFolder();
    journal = openJournal({ folder });
  });

  afterEach(() => journal.close());

  function deps(changes: Partial<DiagnosticsDeps> = {}): DiagnosticsDeps {
    const secrets = fileSecretStore(path.join(folder, 'secrets.json'));
    const env = { AWS_SECRET_ACCESS_KEY: environmentSecret, CI_TOKEN: '1' };
    return { version: '1.2.3', folder, journal, secrets, settings: () => settings, env, home, ...changes };
  }

  async function addConnection(name: string, credentials: Credentials): Promise<number> {
    const { id } = journal.addConnection(name, config);
    await deps().secrets.set(secretName(id), credentials);
    return id;
  }

  it('holds no secret, though they are everywhere', async () => {
    const id = await addConnection(`Club ${odd.secretAccessKey}`, key);
    await addConnection(`${key.secretAccessKey} ${home}`, odd);
    const batch = journal.addBatch({ connectionId: id, prefix: '', roots: ['/f'], createdAt: 1 });
    const file = { batchId: batch.id, connectionId: id, size: 5, mtime: 1, inode: '1', checkFirst: false };
    const why = reason('source-gone', `${home}/${key.secretAccessKey}.jpg`);
    for (let at = 0; at < 1200; at++) {
      const told = at % 2 === 0 ? why : reason('key-invalid', odd.accessKeyId);
      journal.addTransfer({ ...file, source: `${home}/${at}`, key: `${at}`, state: 'failed', reason: told });
    }
    const log = openLog(folder);
    for (const secret of [key, odd].flatMap((one) => Object.values<string>(one))) {
      log.info({ secret, nested: { text: JSON.stringify({ secret }) } }, `a message with ${secret} in it`);
      log.warn({ error: new Error(`at ${home}/x`, { cause: { headers: { authorization: secret } } }) }, 'failed');
      log.info({ url: `https://host/k?X-Amz-Credential=${encodeURIComponent(secret)}&a=1` }, proxyPassword);
    }
    log.error({ environmentSecret }, 'the last line');

    const text = await diagnosticsText(deps());
    expectClean(text);
    expect(text).toContain('the last line');
    expect(text).toContain('"accessKeyId": "AKIA..."');
    expect(text).toContain('"accessKeyId": "mini..."');
    expect(text).toContain('"version": "1.2.3"');
    expect(text).toContain('"limitRate": 123456');
    expect(text).toContain('"endpoint": "https://s3.example.org"');
    expect(text).toContain(process.versions.node);
    expect(text).toMatch(/"failed": \{\s+"files": 1200,\s+"bytes": 6000/);
    expect(text.match(/"files": 600\b/g)).toHaveLength(2); // each of two reasons
    expect(text).toContain('~/[removed].jpg');
  });

  it('has the last 2,000 lines, of the log before too', async () => {
    const logs = path.join(folder, 'logs');
    await mkdir(logs);
    const lines = (name: string, count: number) =>
      Array.from({ length: count }, (_, at) => `${name} ${at};\n`).join('');
    await writeFile(path.join(logs, 'sideline.1.log'), lines('earlier', 3000));
    await writeFile(path.join(logs, 'sideline.log'), lines('now', 500));
    const text = await diagnosticsText(deps());
    expect(text.match(/^(?:earlier|now) \d+;$/gm)).toHaveLength(2000);
    expect(text).toContain('\nearlier 1500;\n');
    expect(text).not.toContain('earlier 1499;');
    expect(text.indexOf('now 0;')).toBeGreaterThan(text.indexOf('earlier 2999;'));
    await appendFile(path.join(logs, 'sideline.log'), lines('more', 2000));
    expect(await diagnosticsText(deps())).not.toContain('now');
  });

  it('a line that the size limit cuts in two is left out: half a secret is a secret', async () => {
    const logs = path.join(folder, 'logs');
    await mkdir(logs);
    const secret = `${'s'.repeat(1000)}END-OF-SECRET`;
    await addConnection('Club', { accessKeyId: 'AKIA1', secretAccessKey: secret });
    const rest = `${'x'.repeat(16 * 2 ** 20 - 'END-OF-SECRET\nlast\n'.length - 1)}\nlast\n`;
    await writeFile(path.join(logs, 'sideline.log'), `first ${secret}\n${rest}`);
    const text = await diagnosticsText(deps());
    expect(text).not.toContain('END-OF-SECRET');
    expect(text.endsWith('last\n')).toBe(true);
  });

  it('is written without any log, connection or readable key too', async () => {
    journal.addConnection('Club', config);
    await writeFile(path.join(folder, 'secrets.json'), 'damaged', { mode: 0o600 });
    await mkdir(path.join(folder, 'logs', 'sideline.log'), { recursive: true });
    const text = await diagnosticsText(deps());
    expect(text).toContain('are damaged');
    expect(text).toContain('(sideline.log cannot be read: EISDIR');
  });
});
