import { encodePayload } from './encode.ts';
import { buildInstanceId } from './instance-id.ts';
import { renderNetworkConfig, renderNoCloudMetadata, renderVmwareMetadata } from './metadata.ts';
import { buildNetworkConfig } from './network.ts';
import type { PayloadHost, PayloadSettings } from './types.ts';
import { compileUserdata } from './userdata.ts';

export const datasources = ['vmware', 'nocloud'] as const;
export type Datasource = (typeof datasources)[number];

/** What one machine boots with. */
export interface Payload {
  readonly host: string;
  readonly instanceId: string;
  readonly userdata: string;
  /** Of the data source: for `vmware` with the network in it. */
  readonly metadata: string;
  /** For `nocloud`; undefined for a machine that asks DHCP. */
  readonly networkConfig: string | undefined;
  /** gzip and base64, on one line. */
  readonly userdataB64: string;
  readonly metadataB64: string;
}

export type RenderPayload = (host: PayloadHost, nodeConfig: string) => Payload;

/** Compiles what the fleet has in common; the result makes one payload after the other. Pure: equal input, equal bytes. */
export function createPayloadRenderer(settings: PayloadSettings, datasource: Datasource): RenderPayload {
  const renderUserdata = compileUserdata(settings);
  return (host, nodeConfig) => {
    const userdata = renderUserdata(host.name, nodeConfig);
    const network = buildNetworkConfig(host);
    const networkText = network === undefined ? undefined : renderNetworkConfig(network);
    const instanceId = buildInstanceId(host.name, [userdata, networkText, settings.generation]);
    const metadata =
      datasource === 'vmware'
        ? renderVmwareMetadata(host, instanceId, { network, redact: settings.redact })
        : renderNoCloudMetadata(host, instanceId);
    return {
      host: host.name,
      instanceId,
      userdata,
      metadata,
      networkConfig: datasource === 'nocloud' ? networkText : undefined,
      userdataB64: encodePayload(userdata),
      metadataB64: encodePayload(metadata),
    };
  };
}
