import { History } from 'lucide-react';
import type { ReactNode } from 'react';
import { formatBytes, printable } from '../../../shared/format.ts';
import type { Grant, ObjectAcl, ObjectDetails, ObjectHeaders, Told } from '../../../shared/objects.ts';
import type { Reason } from '../../../shared/errors.ts';
import { objects } from '../../../shared/strings/objects.ts';
import { Badge, Button } from '../../components/index.ts';
import { showKeyInHistory } from '../../stores/history.ts';
import { exactTime } from '../history/words.ts';

const words = objects.facts;

interface ObjectFactsProps {
  details: ObjectDetails;
  /** media type by content, where somebody has looked; null: nobody has */
  content: string | null;
}

/** All that the store tells of it, in groups. */
export function ObjectFacts({ details, content }: ObjectFactsProps) {
  const { headers, metadata } = details;
  return (
    <>
      <Section title={words.object}>
        <dl>
          <Fact name={words.size}>{formatBytes(details.size)}</Fact>
          <Fact name={words.type}>{printable(headers.contentType ?? '')}</Fact>
          <Fact name={words.content}>{content === headers.contentType ? null : content}</Fact>
          <Fact name={words.modified}>{exactTime(details.modified)}</Fact>
          <Fact name={words.key}>{printable(details.key)}</Fact>
          <Fact name={words.address}>{details.url}</Fact>
          <Fact name={words.version}>{code(details.versionId)}</Fact>
          <Fact name={words.etag}>{code(details.etag)}</Fact>
          {Object.entries(details.checksums).map(([name, value]) => (
            <Fact key={name} name={words.checksum(name)}>
              {code(value)}
            </Fact>
          ))}
          <Fact name={words.storageClass}>{details.storageClass}</Fact>
          <Fact name={words.encryption}>{details.sse ?? words.notEncrypted}</Fact>
          <Fact name={words.restore}>{restoreWords(details.restore)}</Fact>
        </dl>
      </Section>
      <Section title={words.headers}>
        <Headers headers={headers} />
      </Section>
      <Section title={words.metadata}>
        <Pairs pairs={metadata} none={words.noMetadata} />
      </Section>
      <Section title={words.tags}>
        <OrWhy told={details.tags}>{(tags) => <Pairs pairs={tags} none={words.noTags} />}</OrWhy>
      </Section>
      <Section title={words.access}>
        <OrWhy told={details.acl}>{(acl) => <Access acl={acl} />}</OrWhy>
      </Section>
      {details.receipt !== null && <Sent details={details} receipt={details.receipt} />}
    </>
  );
}

function code(text: string | null): ReactNode {
  return text === null || text === '' ? null : <code>{text}</code>;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html (x-amz-restore) */
function restoreWords(restore: string | null): string | null {
  if (restore === null) return null;
  return restore.includes('ongoing-request="true"') ? words.restoreRunning : words.restored;
}

/** Its type stands with what it is. */
const headerNames = [
  ...(['cacheControl', 'contentDisposition', 'contentEncoding', 'contentLanguage', 'expires'] as const),
];

function Headers({ headers }: { headers: ObjectHeaders }) {
  const given = headerNames.flatMap((name) => {
    const value = headers[name];
    return value === null ? [] : [{ name, value }];
  });
  if (given.length === 0) return <p className="muted">{words.noHeaders}</p>;
  return (
    <dl>
      {given.map(({ name, value }) => (
        <Fact key={name} name={objects.headers[name]} wide>
          {printable(value)}
        </Fact>
      ))}
    </dl>
  );
}

function Pairs({ pairs, none }: { pairs: Readonly<Record<string, string>>; none: string }) {
  const all = Object.entries(pairs);
  if (all.length === 0) return <p className="muted">{none}</p>;
  return (
    <dl>
      {all.map(([name, value]) => (
        <Fact key={name} name={printable(name)}>
          {printable(value)}
        </Fact>
      ))}
    </dl>
  );
}

function Access({ acl }: { acl: ObjectAcl }) {
  const isPublic = acl.grants.some(({ who, may }) => who === 'everybody' && (may === 'READ' || may === 'FULL_CONTROL'));
  return (
    <>
      <dl>
        {acl.grants.map((grant, at) => (
          <Fact key={at} name={grantee(grant, acl.owner)} wide>
            {words.may(grant.may)}
          </Fact>
        ))}
      </dl>
      {isPublic && <Badge tone="warning">{words.publicNote}</Badge>}
    </>
  );
}

function grantee({ who }: Grant, owner: string): string {
  if (who === 'everybody') return words.everybody;
  if (who === 'signed-in') return words.signedIn;
  return who.name === owner ? words.owner(printable(owner)) : printable(who.name);
}

function Sent({ details, receipt }: { details: ObjectDetails; receipt: NonNullable<ObjectDetails['receipt']> }) {
  return (
    <Section
      title={words.receipt}
      action={
        <Button size="small" icon={History} onPress={() => showKeyInHistory(details.key)}>
          {words.showInHistory}
        </Button>
      }
    >
      <dl>
        <Fact name={words.sentAt}>{exactTime(receipt.finishedAt)}</Fact>
        <Fact name={words.source}>{printable(receipt.source ?? '')}</Fact>
        <div>
          <dt className="visually-hidden">{words.content}</dt>
          <dd className="object-wide">{receipt.isSame ? words.sameAsSent : words.otherThanSent}</dd>
        </div>
      </dl>
    </Section>
  );
}

/** Why something is not told. */
export function untoldWords({ kind, message }: Reason): string {
  return kind === 'unsupported' ? words.unknownToStore : words.untold(message);
}

function OrWhy<T>({ told, children }: { told: Told<T>; children: (value: T) => ReactNode }) {
  if (told.known) return children(told.value);
  return <p className="muted">{untoldWords(told.reason)}</p>;
}

interface SectionProps {
  title: string;
  action?: ReactNode;
  children: ReactNode;
}

export function Section({ title, action, children }: SectionProps) {
  return (
    <section className="object-section">
      <h3>{title}</h3>
      {children}
      {action}
    </section>
  );
}

/** `wide`: the name stands above. Nothing where there is no value. */
function Fact({ name, wide, children }: { name: string; wide?: boolean; children: ReactNode }) {
  if (children === null || children === '') return null;
  return (
    <div data-wide={wide === true ? true : undefined}>
      <dt>{name}</dt>
      <dd className="selectable">{children}</dd>
    </div>
  );
}
