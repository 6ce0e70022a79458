import { basename, resolve } from 'node:path';
import { messageOf } from '../core/errors.ts';
import type { ConfigFiles } from './config-files.ts';
import { type ConfigPath, type Finding, formatPath, type Place, quote } from './findings.ts';
import type { WrittenConfig } from './schema.ts';
import type { WrittenNode } from './schema-node.ts';
import type { WrittenProfile } from './schema-profile.ts';
import type { WrittenUserdata } from './schema-userdata.ts';

/** Texts taken from files beside the config. */
const longestText = 1_048_576;

const acceptedName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

export interface ReferenceInput {
  written: WrittenConfig;
  /** Folder of the config file. */
  folder: string;
  files: Pick<ConfigFiles, 'read'>;
  placeOf: (path: ConfigPath) => Place;
}

/** Puts the texts of the files that profiles name into the config: what comes after needs no file system. Never throws. */
export async function readReferences(
  input: ReferenceInput,
): Promise<{ written: WrittenConfig; findings: readonly Finding[] }> {
  const { written } = input;
  const findings: Finding[] = [];
  const read = new Reader(input, findings);
  const profile = await read.profile(written.profile, ['profile']);
  const images: NonNullable<WrittenConfig['images']> = {};
  for (const [name, image] of Object.entries(written.images ?? {})) {
    const own = await read.profile(image.profile, ['images', name, 'profile']);
    images[name] = own === undefined ? image : { ...image, profile: own };
  }
  const node = await read.node(written.node);
  const userdata = await read.userdata(written.userdata);
  const result = {
    ...written,
    ...(node === undefined ? {} : { node }),
    ...(userdata === undefined ? {} : { userdata }),
    ...(profile === undefined ? {} : { profile }),
    ...(written.images === undefined ? {} : { images }),
  };
  return { written: result, findings };
}

interface Named {
  name?: string | undefined;
  file?: string | undefined;
}

class Reader {
  readonly #input: ReferenceInput;
  readonly #findings: Finding[];

  constructor(input: ReferenceInput, findings: Finding[]) {
    this.#input = input;
    this.#findings = findings;
  }

  async profile(profile: WrittenProfile | undefined, at: ConfigPath): Promise<WrittenProfile | undefined> {
    if (profile === undefined) return undefined;
    const { caCertificates, files, scripts } = profile;
    return {
      ...profile,
      ...(caCertificates && { caCertificates: await this.#each(caCertificates, 'pem', [...at, 'caCertificates']) }),
      ...(files && { files: await this.#each(files, 'content', [...at, 'files']) }),
      ...(scripts && {
        scripts: {
          ...scripts,
          ...(scripts.pre && { pre: await this.#each(scripts.pre, 'content', [...at, 'scripts', 'pre']) }),
          ...(scripts.post && { post: await this.#each(scripts.post, 'content', [...at, 'scripts', 'post']) }),
        },
      }),
    };
  }

  /** containerd's TOML beside the config. */
  async node(node: WrittenNode | undefined): Promise<WrittenNode | undefined> {
    if (node?.containerd?.file === undefined) return node;
    const at = ['node', 'containerd'];
    if (node.containerd.config !== undefined) {
      this.#report(at, 'has both config and file; accepted: one of them');
      return node;
    }
    const config = await this.#read(node.containerd.file, [...at, 'file']);
    return config === undefined ? node : { ...node, containerd: { ...node.containerd, config } };
  }

  async userdata(userdata: WrittenUserdata | undefined): Promise<WrittenUserdata | undefined> {
    if (userdata?.caCertificates === undefined) return userdata;
    const at = ['userdata', 'caCertificates'];
    return { ...userdata, caCertificates: await this.#each(userdata.caCertificates, 'pem', at) };
  }

  #each<T extends Named, K extends keyof T & string>(items: readonly T[], key: K, at: ConfigPath): Promise<T[]> {
    return Promise.all(items.map((item, index) => this.#item(item, key, [...at, index])));
  }

  async #item<T extends Named, K extends keyof T & string>(item: T, key: K, at: ConfigPath): Promise<T> {
    const { file } = item;
    if (file === undefined) return item;
    if (item[key] !== undefined) {
      this.#report(at, `has both ${key} and file; accepted: one of them`);
      return item;
    }
    const text = await this.#read(file, [...at, 'file']);
    if (text === undefined) return item;
    return { ...item, ...this.#name(item, key, file, at), [key]: text };
  }

  /** Files of the guest have a path instead of a name. */
  #name(item: Named, key: string, file: string, at: ConfigPath): { name?: string } {
    if ('path' in item || item.name !== undefined) return {};
    const name = key === 'pem' ? basename(file).replace(/\.(crt|pem|cer)$/i, '') : basename(file);
    if (acceptedName.test(name)) return { name };
    this.#report([...at, 'file'], `${quote(name)} is no name for it; accepted: a name of its own`, 'Give name.');
    return { name: 'unnamed' };
  }

  async #read(file: string, at: ConfigPath): Promise<string | undefined> {
    const { folder, files } = this.#input;
    try {
      const text = await files.read(resolve(folder, file));
      if (text.length <= longestText && !/[\0\uFFFD]/.test(text)) return text;
      this.#report(at, `${quote(file)} is no text of at most 1 MiB; accepted: UTF-8 text`);
    } catch (error) {
      this.#report(
        at,
        `${quote(file)} cannot be read: ${messageOf(error)}; accepted: a file, from the config's folder`,
      );
    }
    return undefined;
  }

  #report(at: ConfigPath, message: string, hint?: string): void {
    const place = this.#input.placeOf(at);
    this.#findings.push({
      severity: 'error',
      path: formatPath(at),
      message,
      ...(hint === undefined ? {} : { hint }),
      ...place,
    });
  }
}
