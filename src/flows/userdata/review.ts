import { maskSecrets } from '../../guestinfo/mask.ts';
import type { Payload } from '../../guestinfo/payload.ts';
import { renderReadable } from '../../guestinfo/readable.ts';
import type { Host } from '../../hosts/host.ts';

/** A payload for a reviewer: everything as text, secrets masked, with what it will take on its way. Pure. */
export function renderReview(host: Host, payload: Payload): string {
  const { row } = host;
  const parts = [
    `host         ${host.name} (${row.file}:${row.line})`,
    `instance id  ${payload.instanceId}`,
    `encoded      userdata ${payload.userdataB64.length} characters, metadata ${payload.metadataB64.length}`,
  ];
  const files = [
    ['metadata', payload.metadata],
    ['network-config', payload.networkConfig],
    ['userdata', payload.userdata],
  ] as const;
  const texts = files.flatMap(([name, text]) =>
    text === undefined ? [] : `--- ${name}\n${maskSecrets(renderReadable(text))}`,
  );
  return `${parts.join('\n')}\n${texts.join('')}`;
}
