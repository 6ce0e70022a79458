import { containerdSources, credentialProviders } from '../config/values.ts';
import type { FamilyFacts } from './builtin-images.ts';

export function providersFor(facts: FamilyFacts): string[] {
  return credentialProviders.filter((provider) => facts.refusedProvider[provider] === undefined);
}

export function containerdSourcesFor(facts: FamilyFacts): string[] {
  return containerdSources.filter((source) => facts.refusedContainerd[source] === undefined);
}
