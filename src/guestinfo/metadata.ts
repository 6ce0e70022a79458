import type { JsonMap, PayloadHost } from './types.ts';

/**
 * Metadata of cloud-init's VMware data source. JSON, because there every text is quoted: as YAML an instance id `0123` would be a number.
 * @see https://docs.cloud-init.io/en/latest/reference/datasources/vmware.html
 */
export function renderVmwareMetadata(
  host: PayloadHost,
  instanceId: string,
  options: { network: JsonMap | undefined; redact: boolean },
): string {
  const { network, redact } = options;
  return renderJson({
    'instance-id': instanceId,
    'local-hostname': host.name,
    ...(network === undefined ? {} : { network }),
    // Never metadata: without it the next boot has another instance id.
    ...(redact ? { redact: ['userdata'] } : {}),
  });
}

/** `meta-data` of the NoCloud data source; the network stands in a file of its own. */
export function renderNoCloudMetadata(host: PayloadHost, instanceId: string): string {
  return renderJson({ 'instance-id': instanceId, 'local-hostname': host.name });
}

/** `network-config` of the NoCloud data source. */
export function renderNetworkConfig(network: JsonMap): string {
  return renderJson(network);
}

/** JSON with blanks, not tabs: PyYAML takes it for YAML. */
function renderJson(value: JsonMap): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
