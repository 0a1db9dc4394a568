/** What is said of an object that is compared with its receipt. */
const count = (bytes: number) => `${bytes.toLocaleString('en-US')} ${bytes === 1 ? 'byte' : 'bytes'}`;

export const verify = {
  same: 'It is what was sent.',
  unproven: 'Its size is right; the storage tells nothing by which its content could be compared.',
  missing: 'It is no longer there.',
  noWayToLook: 'The backend gives no way to look at it.',
  onlyStatus: (status: string) =>
    `Its record at the backend says "${status}"; the file itself cannot be looked at, for the backend gives no link to it.`,
  recordMissing: 'The backend no longer has its record.',
  notOurs: 'The journal does not know what the backend calls it.',
  deleted: 'It was deleted with Sideline.',
  otherSize: (now: number, then: number) => `It has ${count(now)} now; ${count(then)} were sent.`,
  otherContent: 'Its size is right, but its content is not what was sent: the CRC32 is another one.',
  otherEtag: 'Its size is right, but it was written anew since it was sent: the ETag is another one.',
} as const;
