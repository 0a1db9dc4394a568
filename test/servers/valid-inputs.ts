/** Inputs that each call of the contract takes: what hostile ones are made from. The first of each has every field. */
import type { ImagePreparation, SortingRule } from '../../shared/destination.ts';
import type { HistoryQuery } from '../../shared/history.ts';
import type { CallInput, CallName, DestinationDraft } from '../../shared/ipc.ts';
import type { Placement } from '../../shared/upload-plan.ts';

type Some<T> = readonly [T, ...T[]];

const view = {
  filter: 'all',
  search: 'IMG_',
  batchId: 3,
  sort: { by: 'order', descending: false },
} as const;

const draft = {
  id: 7,
  name: 'Club bucket',
  config: {
    endpoint: 'https://s3.example.org:9000/',
    region: 'eu-central-1',
    bucket: 'footage.club',
    pathStyle: true,
    credentials: { from: 'chain', profile: 'coach' },
  },
  secret: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'not a real one', sessionToken: 'neither' },
} as const;
const typedIn = {
  ...draft,
  id: null,
  config: { ...draft.config, endpoint: null, credentials: { from: 'stored' } },
  secret: null,
} as const;

const nothing = [{}] as const;
const which: Some<CallInput<'transfers.pause'>> = [{ ids: [1, 2, 3] }, { view }];
const one = [{ id: 1 }] as const;
const drafts = [draft, typedIn] as const;
const offer = [{ offerId: 'f3b1' }] as const;

const rule: SortingRule = { types: ['image/*'], folder: 'finals', file: '*.jpg' };
const placement: Placement = {
  to: 'destinations',
  targets: [{ destinationId: 1, sorting: [rule], fields: { event_id: 'cup' } }],
  exceptions: { 'finals/a.jpg': 2, 'finals/b.jpg': null },
};
const plain: Placement = { to: 'connection', connectionId: 1, prefix: 'cup/' };
const details: CallInput<'offers.start'>['details'] = {
  ...{ title: 'Cup', description: 'All of it', tags: ['cup', '2026'] },
  ...{ event: 'cup', session: 'finals', person: 'Ada' },
};

const image: ImagePreparation = {
  ...{ format: 'webp', width: 1600, height: 1200, fit: 'inside' },
  ...{ quality: 80, optimise: true, keepMetadata: false },
};
const rules: DestinationDraft['rules'] = {
  ...{
    name: 'Photos',
    prefix: 'cup',
    keyTemplate: '{taken:yyyy}/{slug}.{ext}',
    fields: { user_id: '7' },
    zone: 'local',
  },
  ...{ sorting: [rule], accepts: ['image/*'], maxSize: 5_000_000, overwrite: 'never', image, undecodable: 'fail' },
  derived: [{ name: 'thumbnail', keyTemplate: 'thumbs/{slug}.{ext}', image }],
  videoStill: { keyTemplate: 'stills/{slug}.{ext}', image },
  ...{ originalPrefix: 'originals', contentType: 'image/jpeg', cacheControl: 'max-age=60' },
  ...{ contentDisposition: 'inline', acl: 'public-read', metadata: { team: 'a' }, tags: { team: 'a' } },
  ...{ sse: { by: 'aws:kms', keyId: 'alias/club' }, storageClass: 'STANDARD_IA' },
  ...{ publicUrlBase: 'https://media.example.org', linkLifetime: 900 },
};
const destinations: Some<CallInput<'destinations.save'>> = [
  { destinations: [{ id: 3, connectionId: 1, rules }] },
  { destinations: [{ id: null, connectionId: 1, rules: { name: 'All' } }] },
];

const query: HistoryQuery = {
  ...{ search: 'IMG', kinds: ['image', 'video'], destinationIds: [1], batchId: 2, tag: 'cup', from: 1, until: 2 },
  sort: { by: 'finished', descending: true },
};

export const validInputs = {
  'app.info': nothing,
  'app.openFolder': [{ folder: 'logs' }],
  'app.diagnostics': nothing,
  'offers.choose': [{ kind: 'files' }],
  'offers.look': offer,
  'offers.dismiss': offer,
  'offers.plan': [
    { offerId: 'f3b1', placement },
    { offerId: 'f3b1', placement: plain },
  ],
  'offers.planPage': [
    {
      offerId: 'f3b1',
      view: { show: 'not-sent', destinationId: 1, reason: 'junk', search: 'a' },
      offset: 0,
      limit: 100,
    },
  ],
  'offers.start': [
    { offerId: 'f3b1', placement, details },
    { offerId: 'f3b1', placement: plain, details: {} },
  ],
  'transfers.page': [{ view, offset: 0, limit: 100 }],
  'transfers.pause': which,
  'transfers.resume': which,
  'transfers.cancel': which,
  'transfers.retry': which,
  'transfers.sendFirst': which,
  'transfers.reveal': one,
  'uploads.progress': nothing,
  'uploads.pauseAll': nothing,
  'uploads.resumeAll': nothing,
  'uploads.clear': [{ batchIds: [1, 2] }, { batchIds: null }],
  'connections.list': nothing,
  'connections.found': nothing,
  'connections.save': drafts,
  'connections.test': drafts,
  'connections.createBucket': drafts,
  'connections.remove': one,
  'connections.practice': nothing,
  'proxies.list': nothing,
  'proxies.answer': [
    {
      proxy: 'http://proxy.example.org:3128',
      login: { username: 'coach', password: 'not a real one', remember: true },
    },
    { proxy: 'https://proxy.example.org', login: null },
  ],
  'proxies.ask': [{ proxy: 'http://proxy.example.org:3128' }],
  'proxies.forget': [{ proxy: 'http://proxy.example.org:3128' }],
  'destinations.list': nothing,
  'destinations.save': destinations,
  'destinations.remove': one,
  'destinations.chooseSample': nothing,
  'destinations.sample': [
    { connectionId: 1, rules, fields: { event_id: 'cup' }, sampleId: 'f3b1' },
    { connectionId: 1, rules: { name: 'All' }, fields: {}, sampleId: null },
  ],
  'destinations.readFile': nothing,
  'destinations.import': [{ fileId: 'f3b1', connections: { Club: 1 }, replace: true }],
  'destinations.export': [{ ids: [1, 2] }],
  'history.page': [{ query, offset: 0, limit: 100 }],
  'history.item': one,
  'history.batches': nothing,
  'history.tags': nothing,
  'history.copy': [{ id: 1, what: 'link' }],
  'history.open': one,
  'history.export': [{ batchId: 1, form: 'mapping-csv' }],
  'history.verify': [{ batchId: 1 }],
  'history.endVerify': [{ batchId: 1 }],
  'tasks.list': nothing,
  'tasks.cancel': one,
  'tasks.retry': one,
  'tasks.clear': nothing,
  'tasks.reveal': one,

  'settings.get': nothing,
  'settings.set': [
    {
      limitRate: 1_000_000,
      limitHours: { from: 480, to: 60 },
      concurrency: 4,
      proxy: { use: 'address', address: 'http://proxy.example.org:3128' },
      notifications: true,
      startInTray: false,
      theme: 'dark',
    },
    {},
  ],
} as const satisfies { [Name in CallName]: Some<CallInput<Name>> };
