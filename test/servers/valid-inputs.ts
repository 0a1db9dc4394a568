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

const backends: Some<CallInput<'backends.save'>> = [
  {
    ...{ id: 7, name: 'Team backend', signIn: { with: 'password', username: 'coach', password: 'not a real one' } },
    settings: {
      ...{ kind: 'fitness', baseUrl: 'https://app.example.org/base', life: 300, largestFile: 1_000_000 },
      signIn: { how: 'password', path: '/api/auth/login', body: 'form', gives: { accessToken: 'data.token' } },
      ...{ paths: { place: '/api/place', complete: null }, asks: { fileName: 'name' }, gives: { url: 'url' } },
      ...{ extra: { place: { team: 'u14', seats: 4, open: true } }, headers: { 'x-amz-acl': 'private' } },
    },
  },
  {
    ...{ id: null, name: 'Events', signIn: { with: 'token', token: 'not-a-real-one' } },
    settings: { kind: 'plugs', baseUrl: 'https://app.example.org' },
  },
];

const browseView = {
  ...{ search: 'cup', kinds: ['folder', 'image'] },
  sort: { by: 'modified', descending: true },
} satisfies CallInput<'browse.page'>['view'];

const edge = { isFolder: false, size: 3_000_000, modified: 1_790_000_000_000, type: 'image/jpeg' };
const between = { from: { ...edge, name: 'cup 1.jpg' }, to: { ...edge, name: 'cup 900.jpg' } };

const objectTransfer: CallInput<'objects.copy'> = {
  chosen: { connectionId: 1, keys: ['events/a.jpg'], prefixes: [] },
  to: { connectionId: 2, prefix: 'archive/' },
  ...{ overwrite: false, access: true },
};

const nothing = [{}] as const;
const which: Some<CallInput<'transfers.pause'>> = [{ ids: [1, 2, 3] }, { view, except: [4] }];
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
  'backends.save': backends,
  'backends.test': backends,
  'backends.counts': one,
  'signIns.list': nothing,
  'signIns.answer': [
    { connectionId: 1, signIn: { with: 'password', username: 'coach', password: 'not a real one' } },
    { connectionId: 1, signIn: { with: 'token', token: 'not-a-real-one' } },
    { connectionId: 1, signIn: null },
  ],
  'signIns.ask': [{ connectionId: 1 }],
  'signIns.out': [{ connectionId: 1 }],
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
  'history.save': one,
  'history.remove': one,
  'history.export': [{ batchId: 1, form: 'mapping-csv' }],
  'history.verify': [{ batchId: 1 }],
  'history.endVerify': [{ batchId: 1 }],
  'objects.details': [{ connectionId: 1, key: 'a/b.jpg', versionId: 'v1' }],
  'objects.change': [
    {
      ...{ connectionId: 1, key: 'a/b.jpg', seen: { etag: 'e', modified: 1_700_000_000_000 } },
      change: {
        headers: {
          ...{ contentType: 'image/jpeg', cacheControl: 'no-store', contentDisposition: 'inline' },
          ...{ contentEncoding: '', contentLanguage: 'en' },
        },
        ...{ metadata: { event: 'cup' }, tags: { event: 'cup' }, acl: 'private', storageClass: 'STANDARD' },
      },
    },
  ],
  'objects.restore': [{ connectionId: 1, key: 'a/b.jpg', versionId: 'v1' }],
  'objects.saveVersion': [{ connectionId: 1, key: 'a/b.jpg', versionId: 'v1' }],
  'links.address': [{ connectionId: 1, key: 'a/b.jpg' }],
  'previews.open': [{ connectionId: 1, key: 'a/b.jpg', versionId: null }],
  'previews.outside': [{ connectionId: 1, key: 'a/b.pdf', versionId: 'v1' }],
  'previews.thumb': [{ connectionId: 1, objects: [{ key: 'a/b.jpg', etag: 'd41d8cd98f00b204', size: 1000 }] }],
  'links.read': [{ connectionId: 1, key: 'a/b.jpg', lifetime: 3600, downloadAs: 'b.jpg', versionId: 'v1' }],
  'links.write': [{ connectionId: 1, key: 'a/b.jpg', lifetime: 3600, contentType: 'image/jpeg' }],
  'links.form': [{ connectionId: 1, limits: { key: 'in/x', lifetime: 3600, largest: 1000, type: 'image/*' } }],

  'browse.open': [
    { connectionId: 1, prefix: 'events/', search: null },
    { connectionId: 1, prefix: '', search: 'cup' },
  ],
  'browse.page': [{ listingId: 1, view: browseView, offset: 0, limit: 100 }],
  'browse.place': [{ listingId: 1, view: browseView, key: 'events/a.jpg' }],
  'browse.selected': [
    { listingId: 1, selection: { view: browseView, between, otherwise: { keys: [], prefixes: ['b/'] } } },
  ],
  'browse.refresh': [{ listingId: 1 }],
  'browse.close': [{ listingId: 1 }],
  'browse.count': [
    { connectionId: 1, prefix: 'events/' },
    { listingId: 1, selection: { rows: { keys: ['events/a.jpg'], prefixes: ['events/b/'] } } },
    { listingId: 1, selection: { view: browseView, except: { keys: [], prefixes: [] } } },
    { listingId: 1, selection: { view: browseView, between, otherwise: { keys: ['a.jpg'], prefixes: [] } } },
  ],
  'browse.endCount': [{ countId: 1 }],
  'browse.buckets': [{ connectionId: 1 }],
  'browse.useBucket': [{ connectionId: 1, bucket: 'other-bucket' }],
  'rights.of': [{ connectionId: 1 }],
  'deletions.survey': [
    {
      connectionId: 1,
      target: { what: 'objects', keys: ['events/a.jpg'], prefixes: ['events/b/'] },
    },
    { connectionId: 1, target: { what: 'versions', versions: [{ key: 'events/a.jpg', versionId: 'null' }] } },
    { listingId: 1, selection: { rows: { keys: ['events/a.jpg'], prefixes: ['events/b/'] } } },
  ],
  'deletions.surveyed': [{ surveyId: '20261121-203012-0a1b2c' }],
  'deletions.dismiss': [{ surveyId: '20261121-203012-0a1b2c' }],
  'deletions.start': [{ surveyId: '20261121-203012-0a1b2c', confirm: '1,200' }],
  'deletions.undo': [{ deletionId: '20261121-203012-0a1b2c' }],
  'deletions.goOn': [{ deletionId: '20261121-203012-0a1b2c', confirm: null }],
  'deletions.deleted': [
    { connectionId: 1, prefix: 'photos/', after: null },
    { connectionId: 1, prefix: '', after: 'photos/a.jpg' },
  ],
  'deletions.bringBack': [
    { connectionId: 1, prefix: 'photos/', marks: null },
    { connectionId: 1, prefix: '', marks: [{ key: 'photos/a.jpg', markerId: 'kX2f' }] },
  ],
  'deletions.list': [{ offset: 0, limit: 100 }],
  'deletions.info': [{ deletionId: '20261121-203012-0a1b2c' }],
  'deletions.page': [{ deletionId: '20261121-203012-0a1b2c', outcomes: ['failed'], offset: 0, limit: 100 }],
  'deletions.export': [{ deletionId: '20261121-203012-0a1b2c', format: 'csv' }],
  'downloads.start': [
    { chosen: { connectionId: 1, keys: ['events/a.jpg'], prefixes: ['events/cup/'] }, overwrite: false },
    { chosen: { listingId: 1, selection: { view: browseView, except: { keys: [], prefixes: [] } } }, overwrite: true },
  ],
  'objects.copy': [objectTransfer],
  'objects.move': [objectTransfer],
  'objects.rename': [{ connectionId: 1, from: 'events/a.jpg', to: 'events/b.jpg', overwrite: false }],
  'objects.newFolder': [{ connectionId: 1, prefix: 'events/', name: 'cup' }],
  'tasks.list': nothing,
  'tasks.cancel': one,
  'tasks.retry': one,
  'tasks.replace': one,
  'tasks.clear': nothing,
  'tasks.reveal': one,
  'bucketCheck.run': [{ connectionId: 1 }],
  'bucketCheck.preview': [
    { connectionId: 1, mend: { mend: 'cors', origins: ['https://app.example.org'], upload: true } },
    { connectionId: 1, mend: { mend: 'archive', prefix: 'sessions/', days: 90, storageClass: 'STANDARD_IA' } },
    { connectionId: 1, mend: { mend: 'encryption', by: 'aws:kms', keyId: 'alias/club' } },
    { connectionId: 1, mend: { mend: 'allow-public', by: 'policy' } },
  ],
  'bucketCheck.apply': [{ previewId: 'f3b1' }],
  'bucketCheck.changes': [{ connectionId: 1 }],
  'bucketCheck.previewBack': [{ connectionId: 1, changeId: '20261122-101500-a1b2c3' }],
  'bucketCheck.policy': [{ destinationId: 1, role: 'upload', principal: null }],
  'bucketCheck.savePolicy': [{ destinationId: 1, role: 'read', principal: 'arn:aws:iam:::user/anna' }],
  'orphans.scan': [
    { connectionId: 1, destinationId: 2, olderThan: 86_400_000 },
    { connectionId: 1, destinationId: null, olderThan: 0 },
  ],
  'orphans.list': nothing,
  'orphans.page': [{ scanId: 1, list: 'unknown', offset: 0, limit: 100 }],
  'orphans.cancel': [{ scanId: 1 }],
  'orphans.abortable': [{ scanId: 1, olderThan: 604_800_000, only: [0, 4] }],
  'orphans.abortUploads': [{ scanId: 1, olderThan: 604_800_000 }],
  'orphans.surveyUnknown': [{ scanId: 1, except: [2, 3] }],
  'orphans.export': [{ scanId: 1, list: 'missing', format: 'csv' }],
  'orphans.forgettable': [{ scanId: 1, only: [0] }],
  'orphans.forgetMissing': [{ scanId: 1 }],

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
