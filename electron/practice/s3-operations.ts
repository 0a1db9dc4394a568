/** The operations of S3 that the practice bucket has. What it has not, it says so: NotImplemented, never a wrong answer. */
import { refuse, refuseBadKey, refuseStranger, xml, type Call, type Practice, type Reply } from './s3-call.ts';
import { takeForm } from './s3-form.ts';
import { listBuckets, listObjects } from './s3-listing.ts';
import { dropUpload, finishUpload, listParts, listUploads, putPart, startUpload } from './s3-multipart.ts';
import { deleteObject, deleteObjects, getObject, headObject, putObject } from './s3-objects.ts';

type Operation = (practice: Practice, call: Call) => Reply | Promise<Reply>;

/** By what it is asked of, the method and the one parameter that makes it another operation. */
const operations: Record<string, Operation | undefined> = {
  'service GET': listBuckets,
  'bucket GET list-type': listObjects,
  'bucket GET uploads': listUploads,
  'bucket GET location': () => xml('LocationConstraint', []), // empty means us-east-1
  'bucket HEAD': ({ region }) => ({ status: 200, headers: { 'x-amz-bucket-region': region } }),
  'bucket PUT': () => refuse(409, 'BucketAlreadyOwnedByYou', 'The practice bucket is there already.'),
  'bucket POST': takeForm,
  'bucket POST delete': deleteObjects,
  'object GET': getObject,
  'object HEAD': headObject,
  'object PUT': putObject,
  'object DELETE': deleteObject,
  'object POST uploads': startUpload,
  'object PUT uploadId': putPart,
  'object GET uploadId': listParts,
  'object POST uploadId': finishUpload,
  'object DELETE uploadId': dropUpload,
};

/** Of requests that nobody signed: these look themselves at what is public, or at the signature in a form. */
const openToStrangers = new Set(['object GET', 'object HEAD', 'bucket POST']);

/** These make another operation of a request; those of a signature, of a listing and the like do not. */
const parametersThatMatter = new Set(Object.keys(operations).flatMap((name) => name.split(' ').slice(2)));
const parametersThatDoNot = /^(x-id|partNumber|x-amz-.*|response-(cache-control|content-[a-z]+|expires))$/i;

/** Throws an S3Refusal. */
export async function answer(practice: Practice, call: Call): Promise<Reply> {
  const names = [...call.query.keys()];
  const which = names.find((name) => parametersThatMatter.has(name));
  const unknown = which === undefined && names.some((name) => !parametersThatDoNot.test(name));
  const of = call.aboveBuckets ? 'service' : call.key === '' ? 'bucket' : 'object';
  const parts = [of, call.request.method, ...(which === undefined ? [] : [which])];
  const name = parts.join(' ');
  if (!call.signed && !(openToStrangers.has(name) && names.length === 0)) refuseStranger();
  const operation = unknown ? undefined : operations[name];
  if (operation === undefined)
    return refuse(501, 'NotImplemented', 'The practice bucket does not have this operation.');
  if (call.key !== '') refuseBadKey(call.key);
  return await operation(practice, call);
}
