/** One object that is copied, as the steps of it hand it on. */
import type { ObjectCannedACL } from '@aws-sdk/client-s3';
import type { Bandwidth } from '../../engine/upload/bandwidth.ts';
import type { Bucket } from '../bucket.ts';
import type { Patience } from '../patience.ts';
import type { Tags } from './carried.ts';

export interface CopyLimits {
  /** What is larger is copied in parts. bytes */
  singleCopy: number;
  /** No part but the last is smaller. bytes */
  smallestPart: number;
  /** Of parts, where nothing speaks for another size. bytes */
  usualPart: number;
}

export interface CopyTask {
  from: { bucket: Bucket; key: string; versionId: string | null };
  to: { bucket: Bucket; key: string };
  tags: Tags;
  /** What the copy is to have besides its owner's grant, in one request with it; undefined: only the owner's. */
  acl?: ObjectCannedACL | undefined;
  /** The store is told to refuse it where there is an object of that key: `object-exists`. */
  onlyIfFree: boolean;
  limits: CopyLimits;
  patience: Patience;
  /** Bytes are copied; fewer than none: they are worth nothing. */
  moved(bytes: number): void;
}

/** What may have to go through this computer. */
export interface PacedTask extends CopyTask {
  /** what all that travels may take of the line together */
  bandwidth: Bandwidth;
}

const MiB = 2 ** 20;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
export const copyLimits: CopyLimits = { singleCopy: 5 * 1024 * MiB, smallestPart: 5 * MiB, usualPart: 64 * MiB };
