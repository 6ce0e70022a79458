import { resolve } from 'node:path';
import { FactoryError } from '../core/errors.ts';
import type { VsphereBuildRequest, VsphereFormat } from '../flows/vsphere-build/request.ts';
import { type VspherePluginKind, vspherePluginKinds } from '../render/packer/vsphere-pins.ts';
import { type CommandContext, type CommandInput, isSet } from './command.ts';
import { packageVersion } from './package-version.ts';
import { readPackerVariables } from './packer-variables.ts';
import type { ResolvedCell } from './resolve-cell.ts';

/** The build on a vCenter that a command line means, everything decided; `resolveCell` has told what is missing. */
export function resolveVsphereBuild(
  context: CommandContext,
  input: CommandInput,
  { config, spec, formats }: ResolvedCell,
): VsphereBuildRequest {
  const { cwd, env } = context;
  const { server = '', user = '', insecure, ...places } = config.vsphere;
  return {
    spec,
    formats: formats.filter((format): format is VsphereFormat => format === 'vsphere' || format === 'ova'),
    target: {
      server,
      user,
      password: config.secrets.vspherePassword ?? '',
      insecure,
      caCertificates: env['GOVC_TLS_CA_CERTS'] ?? '',
      datacenter: places.datacenter,
      cluster: places.cluster,
      esxiHost: places.esxiHost,
      resourcePool: places.resourcePool,
      datastore: places.datastore,
      network: places.network,
      folder: places.folder,
      template: places.template,
      contentLibrary: places.contentLibrary,
    },
    outputFolder: resolve(cwd, config.output.directory),
    cacheFolder: resolve(cwd, config.cache.directory),
    useCache: input.options['cache'] !== false,
    force: isSet(input, 'force'),
    plugin: readPluginChoice(env['HNF_VSPHERE_PLUGIN']),
    redhat: { username: config.redhat.username, organization: config.redhat.organization },
    secrets: config.secrets,
    packerVariables: readPackerVariables(env),
    toolVersion: packageVersion(),
  };
}

/** @throws FactoryError `usage` */
export function readPluginChoice(text: string | undefined): VspherePluginKind | 'auto' {
  const choices = ['auto', ...vspherePluginKinds] as const;
  const choice = choices.find((candidate) => candidate === (text === '' ? 'auto' : (text ?? 'auto')));
  if (choice !== undefined) return choice;
  throw new FactoryError('usage', `HNF_VSPHERE_PLUGIN is '${text}'; accepted: ${choices.join(', ')}`, {
    hint: 'Unset it: hnf uses the plugin that is installed.',
  });
}
