/** What CORS rules let pages of every address do. https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html */
import type { CorsRule } from './facts.ts';
import type { XmlElement } from './xml.ts';

/** Every page, or every one over https: a name with `*` in it is somebody's. */
const isAny = (origin: string) => /^(?:https?:\/\/)?\*(?::[\d*]+)?$/.test(origin);
const isWriting = (method: string) => !/^(GET|HEAD)$/i.test(method);

export function isOpen({ origins }: CorsRule): boolean {
  return origins.some(isAny);
}

export function writes({ methods }: CorsRule): boolean {
  return methods.some(isWriting);
}

/** Pages of every address may still read what they could; a rule of which nothing is left goes. */
export function withoutOpenWriting(root: XmlElement): XmlElement {
  const children = root.children.flatMap((rule) => {
    const texts = (name: string) => rule.children.filter((one) => one.name === name).map(({ text }) => text.trim());
    const isCut = rule.name === 'CORSRule' && texts('AllowedOrigin').some(isAny);
    if (!isCut) return [rule];
    const left = rule.children.filter(({ name, text }) => name !== 'AllowedMethod' || !isWriting(text.trim()));
    return left.some(({ name }) => name === 'AllowedMethod') ? [{ ...rule, children: left }] : [];
  });
  return { ...root, children };
}
