import { isFullReference } from '../../config/image-reference.ts';
import { FactoryError } from '../../core/errors.ts';

/** A container image as a node asks for it. */
export interface ImageReference {
  /** As it was written, with its registry. */
  text: string;
  /** Host and port. */
  registry: string;
  repository: string;
  /** A tag, or `sha256:<64 hex>`. */
  target: string;
}

const pattern =
  /^([a-z0-9.-]+(?::\d{1,5})?)\/([a-z0-9._-]+(?:\/[a-z0-9._-]+)*)(?::([A-Za-z0-9_][A-Za-z0-9._-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/;

/** A digest wins over a tag beside it. @throws FactoryError `input.invalid` for a name without a registry, or none at all. */
export function parseImageReference(text: string): ImageReference {
  const match = pattern.exec(text);
  const [, registry = '', repository = '', tag = 'latest', digest] = match ?? [];
  if (match !== null && isFullReference(text)) return { text, registry, repository, target: digest ?? tag };
  throw new FactoryError(
    'input.invalid',
    `'${text}' is no image; accepted: a full reference such as 'registry.k8s.io/pause:3.10'`,
  );
}

/** Where the registry's API is. One on this machine is asked without encryption, as container runtimes do it. */
export function registryUrl({ registry }: Pick<ImageReference, 'registry'>): string {
  if (registry === 'docker.io') return 'https://registry-1.docker.io';
  const host = registry.replace(/:\d+$/, '');
  return `${host === 'localhost' || /^127\./.test(host) ? 'http' : 'https'}://${registry}`;
}
