import { describe, expect, it } from 'vitest';
import { connectionConfigSchema } from '../../shared/domain.ts';
import {
  endpointOfAddress,
  placeOf,
  providerIds,
  providers,
  recognise,
  type PlaceFields,
  type PlaceProblems,
  type ProviderId,
} from '../../shared/providers.ts';

const account = '023e105f4ecef8ad9ca31a8372d0c353';

function make(id: ProviderId, fields: Partial<PlaceFields>) {
  return placeOf(providers[id], { ...providers[id].start, ...fields });
}

describe('the place that fields describe', () => {
  it.each<[ProviderId, Partial<PlaceFields>, string | null, string, boolean]>([
    ['aws', { region: 'eu-central-1' }, null, 'eu-central-1', false],
    ['aws', { region: ' EU-West-9 ' }, null, 'eu-west-9', false],
    ['minio', { address: '192.168.1.20:9000' }, 'http://192.168.1.20:9000', 'us-east-1', true],
    ['minio', { address: 'nas.local:9000' }, 'http://nas.local:9000', 'us-east-1', true],
    ['minio', { address: 'https://192.168.1.20:9000' }, 'https://192.168.1.20:9000', 'us-east-1', true],
    ['minio', { address: 's3.club.org' }, 'https://s3.club.org', 'us-east-1', true],
    ['ceph', { address: 'gateway:7480', region: 'default' }, 'http://gateway:7480', 'default', true],
    ['ceph', { address: '[::1]:7480' }, 'http://[::1]:7480', 'us-east-1', true],
    ['ceph', { address: '172.32.0.1:7480' }, 'https://172.32.0.1:7480', 'us-east-1', true],
    ['r2', { account }, `https://${account}.r2.cloudflarestorage.com`, 'auto', true],
    ['r2', { account, jurisdiction: 'eu' }, `https://${account}.eu.r2.cloudflarestorage.com`, 'auto', true],
    [
      'r2',
      { account: `https://${account.toUpperCase()}.us.r2.cloudflarestorage.com/footage` },
      `https://${account}.us.r2.cloudflarestorage.com`,
      'auto',
      true,
    ],
    ['b2', { region: 'us-west-004' }, 'https://s3.us-west-004.backblazeb2.com', 'us-west-004', false],
    [
      'b2',
      { region: ' s3.eu-central-003.backblazeb2.com' },
      'https://s3.eu-central-003.backblazeb2.com',
      'eu-central-003',
      false,
    ],
    ['spaces', { region: 'fra1' }, 'https://fra1.digitaloceanspaces.com', 'fra1', false],
    ['wasabi', { region: 'us-east-1' }, 'https://s3.us-east-1.wasabisys.com', 'us-east-1', false],
    ['other', { address: 's3.example.org:8443/' }, 'https://s3.example.org:8443', 'us-east-1', true],
    ['other', { address: 'localhost:9000', pathStyle: false }, 'https://localhost:9000', 'us-east-1', false],
  ])('%s %j', (id, fields, endpoint, region, pathStyle) => {
    expect(make(id, fields)).toEqual({ place: { endpoint, region, pathStyle } });
  });

  it.each<[ProviderId, Partial<PlaceFields>, PlaceProblems]>([
    ['aws', { region: ' ' }, { region: 'missing' }],
    ['aws', { region: 'Frankfurt (EU)' }, { region: 'region' }],
    ['minio', { region: '' }, { address: 'missing', region: 'missing' }],
    ['minio', { address: 'ftp://nas' }, { address: 'address' }],
    ['minio', { address: 'my nas:9000' }, { address: 'address' }],
    ['minio', { address: 'nas:port' }, { address: 'address' }],
    ['other', { address: 'https://key:secret@s3.example.org' }, { address: 'address' }],
    ['other', { address: 'https://s3.example.org/footage' }, { address: 'address-path' }],
    ['other', { address: 's3.example.org?x=1' }, { address: 'address-path' }],
    ['r2', {}, { account: 'missing' }],
    ['r2', { account: 'coach@club.org' }, { account: 'account' }],
    ['b2', { region: 's3.us-west-004.backblazeb2.org' }, { region: 'region' }],
  ])('%s %j is not enough', (id, fields, problems) => {
    expect(make(id, fields)).toEqual({ problems });
  });

  it('is one that the schema of a connection takes, in every region that is proposed', () => {
    const places = providerIds.flatMap((id) => {
      const regions = providers[id].regions.length > 0 ? providers[id].regions.map((region) => region.id) : ['home'];
      return regions.map((region) => make(id, { region, account, address: 's3.example.org' }));
    });
    expect(places.length).toBeGreaterThan(70);
    for (const made of places) {
      const place = 'place' in made ? made.place : {};
      const config = { ...place, bucket: 'footage', credentials: { from: 'stored' } };
      expect(connectionConfigSchema.parse(config)).toEqual(config);
    }
  });

  it('says what an address will be while it is typed', () => {
    expect(endpointOfAddress(providers.minio, 'nas:9000')).toBe('http://nas:9000');
    expect(endpointOfAddress(providers.minio, 'nas:9000/bucket')).toBeNull();
    expect(endpointOfAddress(providers.minio, '')).toBeNull();
  });
});

describe('recognise', () => {
  it.each<[ProviderId, Partial<PlaceFields>]>([
    ['aws', { region: 'eu-central-1' }],
    ['minio', { address: 'http://192.168.1.20:9000', region: 'home', pathStyle: true }],
    ['ceph', { address: 'https://s3.club.lan:7480', region: 'default', pathStyle: true }],
    ['r2', { account, jurisdiction: 'default', region: 'auto' }],
    ['r2', { account, jurisdiction: 'fedramp', region: 'auto' }],
    ['b2', { region: 'us-west-004' }],
    ['spaces', { region: 'nyc3' }],
    ['wasabi', { region: 'eu-west-3' }],
    ['other', { address: 'https://s3.example.org', region: 'x', pathStyle: false }],
  ])('%s %j, and back', (id, fields) => {
    const made = make(id, fields);
    if (!('place' in made)) throw new Error('these fields are enough');
    expect(recognise(made.place)).toEqual({ provider: providers[id], fields: { ...providers[id].start, ...fields } });
  });

  it('takes the word of the person where a server of their own listens on another port', () => {
    const place = { endpoint: 'https://s3.club.lan', region: 'default', pathStyle: true };
    expect(recognise(place).provider.id).toBe('other');
    const { provider, fields } = recognise({ ...place, provider: 'ceph' });
    expect([provider.id, placeOf(provider, fields)]).toEqual(['ceph', { place }]);
    expect(recognise({ ...place, pathStyle: false, provider: 'ceph' }).provider.id).toBe('other');
    expect(
      recognise({ endpoint: 'http://nas:9000', region: 'x', pathStyle: true, provider: 'other' }).provider.id,
    ).toBe('other');
  });

  it.each([
    ['a region that the endpoint does not say', 'https://s3.us-west-004.backblazeb2.com', 'us-east-1', false],
    ['another addressing', 'https://nyc3.digitaloceanspaces.com', 'nyc3', true],
    ['an alias', 'https://s3.wasabisys.com', 'us-east-1', false],
    ['a name that only looks like it', 'https://nyc3.digitaloceanspaces.com.example.org', 'nyc3', false],
    ['http where https is meant', 'http://nyc3.digitaloceanspaces.com', 'nyc3', false],
  ])('leaves %s to `other`, unchanged', (_, endpoint, region, pathStyle) => {
    const { provider, fields } = recognise({ endpoint, region, pathStyle });
    expect(provider.id).toBe('other');
    expect(placeOf(provider, fields)).toEqual({ place: { endpoint, region, pathStyle } });
  });
});
