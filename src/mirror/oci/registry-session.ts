import { FactoryError } from '../../core/errors.ts';
import { basicHeader, type RegistryLogin } from './credentials.ts';
import { type ImageReference, registryUrl } from './reference.ts';
import {
  findStatus,
  getBlob,
  getSmall,
  type RegistryAnswer,
  type RegistryContext,
  statusError,
} from './registry-http.ts';

export const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
] as const;

/** One repository of one registry, with the token it wants. https://github.com/opencontainers/distribution-spec */
export interface RegistrySession {
  getManifest(target: string): Promise<RegistryAnswer>;
  getBlob(digest: string, partPath: string): Promise<void>;
}

/** @param login where the registry wants one; without it everything is asked as anybody would */
export function openRegistry(
  reference: ImageReference,
  login: RegistryLogin | undefined,
  context: RegistryContext,
): RegistrySession {
  const base = `${registryUrl(reference)}/v2/${reference.repository}`;
  let authorization: Readonly<Record<string, string>> = {};
  const ask = async (url: string, headers: Readonly<Record<string, string>>) => {
    const first = await getSmall(url, { ...headers, ...authorization }, context);
    if (first.status !== 401) return first;
    authorization = {
      authorization: await authorize(first.header('www-authenticate') ?? '', reference, login, context),
    };
    return getSmall(url, { ...headers, ...authorization }, context);
  };
  return {
    async getManifest(target) {
      const url = `${base}/manifests/${target}`;
      const answer = await ask(url, { accept: manifestTypes.join(', ') });
      if (answer.status === 200) return answer;
      if (answer.status === 404) throw new FactoryError('input.not-found', `there is no image '${reference.text}'`);
      throw refusedError(url, answer.status, reference, login);
    },
    async getBlob(digest, partPath) {
      const url = `${base}/blobs/${digest}`;
      const get = () => getBlob(url, partPath, digest.replace(/^sha256:/, ''), authorization, context);
      await get().catch(async (error: unknown) => {
        if (findStatus(error) !== 401) throw error;
        // A token is good for some minutes, a large image may take longer. Asking for anything else gets a new one.
        await ask(`${base}/manifests/${reference.target}`, { accept: manifestTypes.join(', ') });
        await get().catch((again: unknown) => {
          throw findStatus(again) === 401 ? refusedError(url, 401, reference, login) : again;
        });
      });
    },
  };
}

function refusedError(url: string, status: number, { registry }: ImageReference, login: RegistryLogin | undefined) {
  if (status !== 401 && status !== 403) return statusError(url, status);
  const has = login === undefined ? 'there is no login for' : 'the login is not good enough for';
  return new FactoryError('network.failed', `${url} answered with HTTP status ${status}: ${has} ${registry}`, {
    hint: `Log in with \`docker login ${registry}\` or \`podman login ${registry}\`; the file must hold the login itself (REGISTRY_AUTH_FILE names another one), credential helpers are not asked.`,
  });
}

/** Answers a challenge (RFC 7235): the login itself, or a token fetched with it. */
async function authorize(
  challenge: string,
  reference: ImageReference,
  login: RegistryLogin | undefined,
  context: RegistryContext,
): Promise<string> {
  if (/^basic /i.test(challenge)) {
    if (login === undefined) throw refusedError(registryUrl(reference), 401, reference, login);
    return basicHeader(login);
  }
  const values = new Map([...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]));
  const realm = values.get('realm') ?? '';
  const isSafe = URL.canParse(realm) && (realm.startsWith('https:') || registryUrl(reference).startsWith('http:'));
  if (!/^bearer /i.test(challenge) || !isSafe) {
    throw new FactoryError('network.failed', `${reference.registry} asks for a login in a way that is not known here`);
  }
  const url = new URL(realm);
  const service = values.get('service');
  if (service !== undefined) url.searchParams.set('service', service);
  url.searchParams.set('scope', values.get('scope') ?? `repository:${reference.repository}:pull`);
  const headers = login === undefined ? {} : { authorization: basicHeader(login) };
  const answer = await getSmall(url.href, headers, context);
  if (answer.status !== 200) throw refusedError(`${url.origin}${url.pathname}`, answer.status, reference, login);
  return `Bearer ${tokenOf(answer.body, reference)}`;
}

function tokenOf(body: Buffer, { registry }: ImageReference): string {
  try {
    const { token, access_token: accessToken } = JSON.parse(body.toString('utf8'));
    const found: unknown = token ?? accessToken;
    if (typeof found === 'string' && found !== '') return found;
  } catch {
    // What the error below says.
  }
  throw new FactoryError('network.failed', `${registry} gave no token`);
}
