import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FactoryError } from '../../core/errors.ts';
import { ExecError } from '../../core/exec-error.ts';
import type { RenderedFile } from '../../core/rendered-file.ts';
import { withTempDir } from '../../core/temp.ts';
import { createBuildKey } from '../../packer/build-key.ts';
import { checkTemplate, type PackerCall } from '../../packer/client.ts';
import { findLastWords } from '../../packer/machine-readable.ts';
import { findBuildHint } from '../../packer/phases.ts';
import { relativeFolder } from '../../vsphere/inventory.ts';
import type { PhaseHandle } from '../image-build/phase-log.ts';
import type { BuildContext } from '../image-build/request.ts';
import { runWatched } from '../packer-run/run-watched.ts';
import { shortTempParent, writeFolder } from '../packer-run/work-folder.ts';
import { type CompleteTarget, findTemplateName } from './check-request.ts';
import type { UsablePlugin } from './plugin.ts';
import type { Survey } from './preflight.ts';
import type { VsphereBuildRequest } from './request.ts';
import type { UploadLog } from './uploads.ts';

export interface PackerJob {
  request: VsphereBuildRequest;
  target: CompleteTarget;
  survey: Survey;
  files: readonly RenderedFile[];
  packer: string;
  plugin: UsablePlugin;
  vmName: string;
  notes: string;
  identity: string;
  /** Where Packer puts the export and the list of contents. */
  outputFolder: string;
  logFolder: string;
  uploads: UploadLog;
  context: BuildContext;
}

/**
 * Builds the image on the vCenter in a private folder that is gone afterwards. Packer ends the machine when it is stopped.
 * @throws FactoryError `build.failed` with Packer's errors and a hint
 */
export async function runPackerBuild(job: PackerJob, phase: PhaseHandle): Promise<void> {
  const { context, plugin } = job;
  const log = join(job.logFolder, 'vsphere.packer.log');
  await mkdir(job.logFolder, { recursive: true });
  await rm(log, { force: true });
  await withTempDir(
    'hnf',
    async (folder) => {
      const template = join(folder, 'image');
      await writeFolder(template, job.files);
      const call: PackerCall = {
        exec: context.exec,
        settings: {
          path: job.packer,
          pluginFolder: plugin.folder,
          tempFolder: folder,
          // An installer has gigabytes, and is not needed any more once it is on the datastore.
          cacheFolder: join(dirname(job.outputFolder), 'downloads'),
          caFile: await writeCertificates(job, folder),
        },
        signal: context.signal,
        variables: { ...job.request.packerVariables, ...(await buildVariables(job, folder)) },
      };
      phase.progress('packer validate');
      await checkTemplate(template, call);
      await runWatched({
        template,
        call,
        logFile: log,
        watchedFolders: [job.outputFolder],
        signal: context.signal,
        onProgress: phase.progress,
        onSpeech: (text) => job.uploads.feed(text),
        explain: async (error, step) => explainFailure(error, step, log),
      });
    },
    shortTempParent(context.env),
  );
}

async function buildVariables(job: PackerJob, folder: string): Promise<Record<string, string>> {
  const { request, target, survey } = job;
  const { place } = survey;
  const key = createBuildKey();
  const keyFile = join(folder, 'build-key.pem');
  await writeFile(keyFile, key.privateKey, { mode: 0o600 });
  return {
    ssh_private_key_file: keyFile,
    ssh_public_key: key.publicKey,
    output_directory: job.outputFolder,
    image_identity: job.identity,
    vm_name: job.vmName,
    vm_notes: job.notes,
    vsphere_server: target.server,
    vsphere_user: target.user,
    vsphere_password: target.password,
    vsphere_insecure: String(target.insecure),
    vsphere_datacenter: place.datacenter.path,
    vsphere_cluster: place.cluster?.path ?? '',
    vsphere_host: place.esxiHost?.path ?? '',
    vsphere_resource_pool: poolName(place.resourcePool.path),
    vsphere_datastore: place.datastore.path,
    vsphere_network: place.network.path,
    vsphere_folder: relativeFolder(place.folder.path),
    ...(request.formats.includes('vsphere') ? { vsphere_content_library: target.contentLibrary ?? '' } : {}),
    ...sourceVariables(job),
    ...redhatVariables(request),
  };
}

function sourceVariables({ request, survey }: PackerJob): Record<string, string> {
  const { source } = request.spec;
  if (source.kind !== 'iso') return { vsphere_template: survey.template?.name ?? findTemplateName(request) ?? '' };
  return {
    iso_url: source.url ?? '',
    iso_checksum: source.checksum ?? '',
    vsphere_upload_again: String(survey.uploadAgain),
  };
}

/** Only those that the template declares: an unknown one is no error, but a warning in every log. */
function redhatVariables({ spec, redhat, secrets }: VsphereBuildRequest): Record<string, string> {
  if (spec.subscription?.kind === 'activation-key') {
    return { rh_org: redhat.organization ?? '', rh_activation_key: secrets.redhatActivationKey ?? '' };
  }
  if (spec.subscription?.kind === 'user') {
    return { rh_username: redhat.username ?? '', rh_password: secrets.redhatPassword ?? '' };
  }
  return {};
}

/** Below the cluster's own pool, as the plugin wants it: `/DC0/host/C0/Resources/a/b` → `a/b`. Pure. */
export function poolName(path: string): string {
  return path.replace(/^.*?\/Resources(\/|$)/, '');
}

/** Packer knows no setting for a CA: Go takes it from this file. What the user's own has stays in it. */
async function writeCertificates(job: PackerJob, folder: string): Promise<string | undefined> {
  if (job.target.caCertificates === '') return undefined;
  const own = job.context.env['SSL_CERT_FILE'];
  const paths = [...job.target.caCertificates.split(':'), ...(own === undefined ? [] : [own])].filter(
    (path) => path !== '',
  );
  const texts = await Promise.all(
    paths.map((path) =>
      readFile(path, 'utf8').catch((error: unknown) => {
        throw new FactoryError('input.not-found', `cannot read the CA certificates '${path}'`, {
          hint: 'Correct GOVC_TLS_CA_CERTS: PEM files with a colon between them.',
          cause: error,
        });
      }),
    ),
  );
  const file = join(folder, 'ca.pem');
  await writeFile(file, texts.join('\n'), { mode: 0o600 });
  return file;
}

function explainFailure(error: unknown, step: string, log: string): unknown {
  if (!(error instanceof FactoryError) || error.code === 'interrupted' || error.code === 'tool.missing') return error;
  const output = error instanceof ExecError ? `${error.stdout}\n${error.stderr}` : error.message;
  const said = error instanceof ExecError ? findLastWords(output, 8) : [error.message];
  const code = error.code === 'exec.failed' ? 'build.failed' : error.code;
  return new FactoryError(code, `the build on the vCenter failed while '${step}'`, {
    hint: findBuildHint(output) ?? error.hint ?? 'Read the log named above.',
    cause: error,
    details: [...said, `packer log: ${log}`],
  });
}
