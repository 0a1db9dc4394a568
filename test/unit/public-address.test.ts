/** The address of an object that is given away: that of the domain that a destination has for it, else of the store. */
import { describe, expect, it } from 'vitest';
import { publicAddress } from '../../electron/admin/objects/public-address.ts';
import { destinationRulesSchema } from '../../shared/destination.ts';
import type { S3Connection } from '../../shared/domain.ts';

const connection: S3Connection = {
  ...{ id: 1, name: 'club', capabilities: null },
  config: {
    ...{ endpoint: 'https://s3.example.org', region: 'eu-central-1', bucket: 'media', pathStyle: true },
    credentials: { from: 'stored' },
  },
};
const rules = (of: object) => destinationRulesSchema.parse({ name: 'D', ...of });
const destination = (id: number, of: object, connectionId = 1) => ({ id, connectionId, rules: rules(of) });
const cdn = 'https://cdn.example.org/m/';

describe('the public address', () => {
  it.each([
    ['events/a b.jpg', [], 'https://s3.example.org/media/events/a%20b.jpg'],
    ['events/a b.jpg', [destination(1, { publicUrlBase: cdn })], 'https://cdn.example.org/m/events/a%20b.jpg'],
    [
      'other/a.jpg',
      [destination(1, { prefix: 'events', publicUrlBase: cdn })],
      'https://s3.example.org/media/other/a.jpg',
    ],
    ['events/a.jpg', [destination(1, { publicUrlBase: cdn }, 2)], 'https://s3.example.org/media/events/a.jpg'],
    // The innermost folder decides, also where it has no domain of its own.
    [
      'events/private/a.jpg',
      [destination(1, { prefix: 'events', publicUrlBase: cdn }), destination(2, { prefix: 'events/private' })],
      'https://s3.example.org/media/events/private/a.jpg',
    ],
    [
      'events/a.jpg',
      [destination(1, { prefix: 'events' }), destination(2, { prefix: 'events', publicUrlBase: cdn })],
      'https://cdn.example.org/m/events/a.jpg',
    ],
    [
      '<img onerror>/../x',
      [destination(1, { publicUrlBase: cdn })],
      'https://cdn.example.org/m/%3Cimg%20onerror%3E/../x',
    ],
  ])('of %s over %j is %s', (key, destinations, expected) => {
    expect(publicAddress(connection, key, destinations)).toBe(expected);
  });
});
