/** Inputs that each call of the contract takes: what hostile ones are made from. The first of each has every field. */
import type { CallInput, CallName } from '../../shared/ipc.ts';

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

export const validInputs = {
  'app.info': nothing,
  'app.openFolder': [{ folder: 'logs' }],
  'app.diagnostics': nothing,
  'offers.choose': [{ kind: 'files' }],
  'offers.look': offer,
  'offers.dismiss': offer,
  'offers.start': [{ offerId: 'f3b1', connectionId: 1, prefix: 'cup/' }],
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
