import { createEncoder } from './encode.ts';
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
  const encode = createEncoder();
  return (host, nodeConfig) => {
    const userdata = renderUserdata(host.name, nodeConfig);
    const network = buildNetworkConfig(host);
    const own = ownWords(host);
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
      userdataB64: encode(userdata, own),
      metadataB64: encode(metadata, own),
    };
  };
}

/** What stands in the payload of this machine and in no other's: its name, its addresses. */
function ownWords({ name, ip, mac }: PayloadHost): string[] {
  const address = ip?.slice(0, ip.indexOf('/'));
  return [name.split('.', 1)[0] ?? name, address, mac].filter((word) => word !== undefined);
}
