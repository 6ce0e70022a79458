import { isHost } from './host-name.ts';
import { imageReference } from './profile-values.ts';

/** Whether a reference begins with a registry, as a node that knows no default needs it, and leads nowhere else. */
export function isFullReference(reference: string): boolean {
  const [registry = '', ...repository] = reference.split('/');
  const isRegistry = /[.:]|^localhost$/.test(registry) && isHost(registry.replace(/:\d+$/, ''));
  const leadsElsewhere = repository.some((part) => /^\.{1,2}([:@]|$)/.test(part));
  return imageReference.pattern.test(reference) && isRegistry && !leadsElsewhere;
}
