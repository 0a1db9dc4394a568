/**
 * The stores that Sideline knows by name: what each must be asked, and the endpoint, region and addressing that follow from
 * the answers. Pure, and the same in both directions: an endpoint that is there already is recognised.
 */
import type { S3Config } from './domain.ts';
import { providerIds, type ProviderId } from './provider-ids.ts';

export { providerIds, type ProviderId };

/** Where a bucket is, without the bucket. */
export type Place = Pick<S3Config, 'endpoint' | 'region' | 'pathStyle'>;

/** Data that must stay in one jurisdiction has an endpoint of its own at Cloudflare. */
export const jurisdictions = ['default', 'eu', 'us', 'fedramp'] as const;
export type Jurisdiction = (typeof jurisdictions)[number];

/** What a form holds; a provider asks for some of it, and the rest stays as it starts. */
export interface PlaceFields {
  /** host[:port], with or without http(s):// */
  address: string;
  /** Cloudflare's account ID */
  account: string;
  jurisdiction: Jurisdiction;
  region: string;
  pathStyle: boolean;
}
export type PlaceField = keyof PlaceFields;

export type PlaceProblem = 'missing' | 'address' | 'address-path' | 'account' | 'region';
export type PlaceProblems = Partial<Record<PlaceField, PlaceProblem>>;

interface Region {
  /** as requests are signed with it */
  id: string;
  name: string;
}

export interface Provider {
  id: ProviderId;
  name: string;
  /** What a person must be asked, in this order. */
  asks: readonly PlaceField[];
  /** Those that are known, to be proposed: new ones open every year. Empty: none has a name of its own. */
  regions: readonly Region[];
  /** Inside one's own network it is usually reached without TLS. */
  httpUsual: boolean;
  /** An address as people of this provider write it. */
  example: string;
  /** What a new form has in it. */
  start: PlaceFields;
  /** Of fields that have been checked. */
  place: (fields: PlaceFields) => Place;
  /** Only this tells a server of one's own from another; absent: the name of the host does. */
  port?: string;
  /** The fields of an endpoint of this provider; null: it is another's. */
  fields: (place: Place) => Partial<PlaceFields> | null;
}

const nothing: PlaceFields = { address: '', account: '', jurisdiction: 'default', region: '', pathStyle: false };

/** "eu-west-1 Europe (Ireland)", a line each. */
function regionList(lines: string): Region[] {
  return lines
    .trim()
    .split('\n')
    .map((line) => {
      const [id = '', ...name] = line.trim().split(' ');
      return { id, name: name.join(' ') };
    });
}

/** https://docs.aws.amazon.com/general/latest/gr/s3.html; names as the AWS SDK's table of partitions has them. */
const aws: Provider = {
  id: 'aws',
  name: 'Amazon S3',
  asks: ['region'],
  regions: regionList(`
    us-east-1 US East (N. Virginia)
    us-east-2 US East (Ohio)
    us-west-1 US West (N. California)
    us-west-2 US West (Oregon)
    ca-central-1 Canada (Central)
    ca-west-1 Canada West (Calgary)
    mx-central-1 Mexico (Central)
    sa-east-1 South America (São Paulo)
    eu-central-1 Europe (Frankfurt)
    eu-central-2 Europe (Zurich)
    eu-north-1 Europe (Stockholm)
    eu-south-1 Europe (Milan)
    eu-south-2 Europe (Spain)
    eu-west-1 Europe (Ireland)
    eu-west-2 Europe (London)
    eu-west-3 Europe (Paris)
    af-south-1 Africa (Cape Town)
    ap-east-1 Asia Pacific (Hong Kong)
    ap-east-2 Asia Pacific (Taipei)
    ap-northeast-1 Asia Pacific (Tokyo)
    ap-northeast-2 Asia Pacific (Seoul)
    ap-northeast-3 Asia Pacific (Osaka)
    ap-south-1 Asia Pacific (Mumbai)
    ap-south-2 Asia Pacific (Hyderabad)
    ap-southeast-1 Asia Pacific (Singapore)
    ap-southeast-2 Asia Pacific (Sydney)
    ap-southeast-3 Asia Pacific (Jakarta)
    ap-southeast-4 Asia Pacific (Melbourne)
    ap-southeast-5 Asia Pacific (Malaysia)
    ap-southeast-6 Asia Pacific (New Zealand)
    ap-southeast-7 Asia Pacific (Thailand)
    il-central-1 Israel (Tel Aviv)
    me-central-1 Middle East (UAE)
    me-south-1 Middle East (Bahrain)
    cn-north-1 China (Beijing)
    cn-northwest-1 China (Ningxia)
    us-gov-east-1 AWS GovCloud (US-East)
    us-gov-west-1 AWS GovCloud (US-West)
    eusc-de-east-1 AWS European Sovereign Cloud (Germany)`),
  httpUsual: false,
  example: '',
  start: nothing,
  place: ({ region }) => ({ endpoint: null, region: tidyRegion(region), pathStyle: false }),
  fields: ({ endpoint, region }) => (endpoint === null ? { region } : null),
};

/** Path style and us-east-1 unless it was set up otherwise: https://github.com/minio/minio/discussions/15997; its port is 9000. */
const minio: Provider = ownServer('minio', 'MinIO', '192.168.1.20:9000', '9000');

/**
 * Virtual hosts work only where the server was given its DNS name, so the path it is:
 * https://docs.ceph.com/en/reef/radosgw/s3/commons/. Its packages listen on 7480.
 */
const ceph: Provider = ownServer('ceph', 'Ceph Object Gateway', 's3.club.lan:7480', '7480');

function ownServer(id: ProviderId, name: string, example: string, port: string): Provider {
  return {
    id,
    name,
    asks: ['address', 'region'],
    regions: [],
    httpUsual: true,
    example,
    start: { ...nothing, region: 'us-east-1', pathStyle: true },
    place: ({ address, region }) => ({
      endpoint: endpointFrom(address, true),
      region: tidyRegion(region),
      pathStyle: true,
    }),
    port,
    fields: ({ endpoint, region }) => (endpoint === null ? null : { address: endpoint, region }),
  };
}

/**
 * https://developers.cloudflare.com/r2/data-access/s3-api/api/ (endpoint; the region is always `auto`),
 * https://developers.cloudflare.com/r2/reference/data-location/ (jurisdictions).
 */
const r2: Provider = {
  id: 'r2',
  name: 'Cloudflare R2',
  asks: ['account', 'jurisdiction'],
  regions: [],
  httpUsual: false,
  example: '',
  start: { ...nothing, region: 'auto' },
  place: ({ account, jurisdiction }) => {
    const [id, pasted] = r2Account(account) ?? [account, null];
    const part = pasted ?? jurisdiction;
    const host = `${id}.${part === 'default' ? '' : `${part}.`}r2.cloudflarestorage.com`;
    return { endpoint: `https://${host}`, region: 'auto', pathStyle: true };
  },
  fields: ({ endpoint }) => {
    const [account, jurisdiction] = r2Account(endpoint ?? '') ?? [];
    return account === undefined || endpoint === null ? null : { account, jurisdiction: jurisdiction ?? 'default' };
  },
};

/** Of an account ID, or of the whole endpoint as Cloudflare's dashboard shows it. */
function r2Account(text: string): [account: string, jurisdiction: Jurisdiction | null] | null {
  const pattern = /^(?:https:\/\/)?([0-9a-f]{32})(?:(?:\.(eu|us|fedramp))?(\.r2\.cloudflarestorage\.com)(?:\/.*)?)?$/i;
  const [, account, part, host] = pattern.exec(text.trim()) ?? [];
  if (account === undefined) return null;
  const named = jurisdictions.find((name) => name === part?.toLowerCase()) ?? 'default';
  return [account.toLowerCase(), host === undefined ? null : named];
}

/**
 * https://www.backblaze.com/apidocs/introduction-to-the-s3-compatible-api: the bucket's page shows its endpoint, whose second
 * word is the region.
 */
const b2: Provider = regional({
  id: 'b2',
  name: 'Backblaze B2',
  domain: 'backblazeb2.com',
  prefix: 's3.',
  example: 's3.us-west-004.backblazeb2.com',
  regions: regionList(`
    us-west-000 US West
    us-west-001 US West
    us-west-002 US West
    us-west-004 US West
    us-east-005 US East
    ca-east-006 Canada East
    eu-central-003 EU Central`),
});

/**
 * https://docs.digitalocean.com/products/spaces/reference/aws-sdks/ (endpoint),
 * https://docs.digitalocean.com/products/spaces/details/availability/ (regions).
 */
const spaces: Provider = regional({
  id: 'spaces',
  name: 'DigitalOcean Spaces',
  domain: 'digitaloceanspaces.com',
  prefix: '',
  example: 'fra1.digitaloceanspaces.com',
  regions: regionList(`
    nyc3 New York
    atl1 Atlanta
    sfo2 San Francisco
    sfo3 San Francisco
    tor1 Toronto
    ams3 Amsterdam
    fra1 Frankfurt
    lon1 London
    blr1 Bangalore
    sgp1 Singapore
    syd1 Sydney`),
});

/** https://docs.wasabi.com/docs/service-urls-for-wasabis-storage-regions */
const wasabi: Provider = regional({
  id: 'wasabi',
  name: 'Wasabi',
  domain: 'wasabisys.com',
  prefix: 's3.',
  example: 's3.eu-central-1.wasabisys.com',
  regions: regionList(`
    us-east-1 US East (N. Virginia)
    us-east-2 US East (N. Virginia)
    us-central-1 US Central (Texas)
    us-west-1 US West (Oregon)
    us-west-2 US West (San Jose)
    ca-central-1 Canada (Toronto)
    eu-central-1 EU Central (Amsterdam)
    eu-central-2 EU Central (Frankfurt)
    eu-west-1 EU West (United Kingdom)
    eu-west-2 EU West (Paris)
    eu-west-3 EU West (United Kingdom)
    eu-south-1 EU South (Milan)
    ap-northeast-1 Asia Pacific (Tokyo)
    ap-northeast-2 Asia Pacific (Osaka)
    ap-southeast-1 Asia Pacific (Singapore)
    ap-southeast-2 Asia Pacific (Sydney)`),
});

/** A store whose endpoint is its region within one domain. The endpoint may be pasted where the region is asked. */
function regional({
  domain,
  prefix,
  ...provider
}: Pick<Provider, 'id' | 'name' | 'example' | 'regions'> & {
  domain: string;
  prefix: string;
}): Provider {
  const hostPattern = new RegExp(`^(?:https://)?${literally(prefix)}([a-z0-9-]+)${literally(`.${domain}`)}/?$`, 'i');
  const regionOf = (text: string) => hostPattern.exec(text.trim())?.[1];
  return {
    ...provider,
    asks: ['region'],
    httpUsual: false,
    start: nothing,
    place: (fields) => {
      const region = tidyRegion(regionOf(fields.region) ?? fields.region);
      return { endpoint: `https://${prefix}${region}.${domain}`, region, pathStyle: false };
    },
    fields: ({ endpoint }) => {
      const region = regionOf(endpoint ?? '');
      return region === undefined ? null : { region };
    },
  };
}

function literally(text: string): string {
  return text.replaceAll('.', '\\.');
}

const other: Provider = {
  id: 'other',
  name: 'Other S3-compatible storage',
  asks: ['address', 'region', 'pathStyle'],
  regions: [],
  httpUsual: false,
  example: 's3.example.org',
  start: { ...nothing, region: 'us-east-1', pathStyle: true },
  place: ({ address, region, pathStyle }) => ({
    endpoint: endpointFrom(address, false),
    region: tidyRegion(region),
    pathStyle,
  }),
  fields: ({ endpoint, region, pathStyle }) => ({ address: endpoint ?? '', region, pathStyle }),
};

export const providers: Readonly<Record<ProviderId, Provider>> = { aws, minio, ceph, r2, b2, spaces, wasabi, other };

/** The place that the fields describe, or what is wrong with which. */
export function placeOf(provider: Provider, fields: PlaceFields): { place: Place } | { problems: PlaceProblems } {
  const problems = problemsOf(provider, fields);
  return Object.keys(problems).length > 0 ? { problems } : { place: provider.place(fields) };
}

function problemsOf(provider: Provider, fields: PlaceFields): PlaceProblems {
  const problems: PlaceProblems = {};
  const asks = (field: PlaceField) => provider.asks.includes(field);
  const address = asks('address') ? addressProblem(fields.address, provider.httpUsual) : null;
  if (address !== null) problems.address = address;
  if (asks('account') && r2Account(fields.account) === null)
    problems.account = fields.account.trim() === '' ? 'missing' : 'account';
  if (asks('region') && !/^[a-z0-9-]{1,64}$/i.test(regionToSign(provider, fields)))
    problems.region = fields.region.trim() === '' ? 'missing' : 'region';
  return problems;
}

function regionToSign(provider: Provider, fields: PlaceFields): string {
  // An address that is wrong must not keep the region from being looked at.
  return provider.asks.includes('address') ? tidyRegion(fields.region) : provider.place(fields).region;
}

function addressProblem(address: string, httpUsual: boolean): PlaceProblem | null {
  if (address.trim() === '') return 'missing';
  const url = parseAddress(address, httpUsual);
  if (url === null || url.username !== '' || url.password !== '') return 'address';
  return url.pathname !== '/' || url.search !== '' || url.hash !== '' ? 'address-path' : null;
}

/**
 * Whose place this is, and the fields that a form shows of it: that of the provider that was chosen, else of the one whose
 * address it has. Only where the provider would make the very same place of them; any other is `other`, whose fields can hold
 * all there is: an edit never moves a connection by itself.
 */
export function recognise({ provider: chosen, ...place }: Place & Pick<S3Config, 'provider'>): Recognised {
  const { endpoint } = place;
  const port = endpoint === null ? '' : new URL(endpoint).port;
  const byAddress = providerIds.map((id) => providers[id]).filter((one) => one.port === undefined || one.port === port);
  for (const provider of chosen === undefined ? byAddress : [providers[chosen], ...byAddress]) {
    const found = provider.fields(place);
    if (found === null) continue;
    const fields = { ...provider.start, ...found };
    const made = placeOf(provider, fields);
    if (provider.id === 'other' || ('place' in made && isSame(made.place, place))) return { provider, fields };
  }
  throw new Error('`other` takes any place');
}

interface Recognised {
  provider: Provider;
  fields: PlaceFields;
}

function isSame(one: Place, two: Place): boolean {
  return one.endpoint === two.endpoint && one.region === two.region && one.pathStyle === two.pathStyle;
}

/** The origin that an address means, as it is typed; null: it is none yet. */
export function endpointOfAddress(provider: Provider, address: string): string | null {
  return addressProblem(address, provider.httpUsual) === null ? endpointFrom(address, provider.httpUsual) : null;
}

function endpointFrom(address: string, httpUsual: boolean): string {
  const url = parseAddress(address, httpUsual);
  if (url === null) throw new TypeError('the address has not been checked');
  return url.origin;
}

/** Without a scheme it is https, but for a server of one's own network where http is usual. */
function parseAddress(address: string, httpUsual: boolean): URL | null {
  const text = address.trim();
  if (/[\s\\]/.test(text)) return null;
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
  const url = toUrl(hasScheme ? text : `https://${text}`);
  if (url === null || !/^https?:$/.test(url.protocol) || url.hostname === '') return null;
  return !hasScheme && httpUsual && isOwnNetwork(url.hostname) ? toUrl(`http://${text}`) : url;
}

function toUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

/** This computer, a private address, or a name that only a local network knows. */
function isOwnNetwork(hostname: string): boolean {
  if (hostname.startsWith('[')) return /^\[(::1|f[cd][0-9a-f]{2}:|fe80:)/i.test(hostname);
  if (/^[\d.]+$/.test(hostname)) return /^(127|10|192\.168|169\.254|172\.(1[6-9]|2\d|3[01]))\./.test(hostname);
  return !hostname.includes('.') || /\.(local|lan|home|internal|localhost|home\.arpa)$/i.test(hostname);
}

function tidyRegion(text: string): string {
  return text.trim().toLowerCase();
}
