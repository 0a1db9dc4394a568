/** Addresses that an admin gives away, and the page with which somebody else uploads. */
import { formatBytes } from '../format.ts';
import type { FormLimits } from '../links.ts';

export const links = {
  dialog: {
    title: (name: string) => `Links to ${name}`,
    uploadTitle: 'Links for uploading',
    kind: 'What for',
    kinds: {
      public: 'Public address',
      read: 'Link to read',
      write: 'Link to upload',
      form: 'Upload page',
    },
    about: {
      public:
        'The address of the object at the storage. It works for those who may read the object, and never expires.',
      read: 'Whoever has the link can read this object until it expires, without any account.',
      write: 'Whoever has the link can put one file here with a program (HTTP PUT), again and again until it expires.',
      form: 'A page to send to somebody: they open it in a browser and upload one file, within the limits below.',
    },
    publicIsPrivate:
      'Its access list lets only its owner read it: unless the bucket’s policy allows more, others get a refusal at this address.',
    lifetime: 'Valid for',
    lifetimes: {
      900: '15 minutes',
      3600: '1 hour',
      28800: '8 hours',
      86400: '1 day',
      259200: '3 days',
      604800: '7 days',
    },
    longest: 'The storage allows at most 7 days. Links that are made with temporary keys end with these.',
    asDownload: 'Save as a file instead of showing it in the browser',
    fileName: 'Name of the saved file',
    fileNameMissing: 'Write a name.',
    key: 'Key that the file gets',
    keyMissing: 'Write a key.',
    keyLong: 'A key has at most 1,024 bytes.',
    replaces: 'There is an object of this key: what is uploaded takes its place.',
    ownName: 'Every file keeps its own name, in the folder of the key',
    type: 'Only of this type',
    typeHint: 'Such as image/jpeg, or image/* for all images; empty: any.',
    typeHintPut: 'Such as image/jpeg; the program has to send it. Empty: any.',
    typeWrong: 'A type is written like image/jpeg, or image/*.',
    typeWrongPut: 'A type is written like image/jpeg.',
    largest: 'At most',
    megabytes: 'MB',
    largestWrong: 'Between 1 and 5,120 MB.',
    copy: 'Copy link',
    copyAddress: 'Copy address',
    save: 'Save the page',
    close: 'Close',
    copied: (time: string) => `Copied. It expires ${time}.`,
    addressCopied: 'Copied. It does not expire.',
    pageSaved: (file: string, time: string) => `Saved as ${file}. It works until ${time}.`,
    secret: 'Give it only to those who may use it: it needs no password.',
  },
  page: {
    title: 'Upload a file',
    file: 'The file',
    send: 'Upload',
    limits: ({ largest, type }: FormLimits) =>
      `One file of at most ${formatBytes(largest)}${type === null ? '' : `, of the type ${type}`}.`,
  },
} as const;
