import { z } from 'zod';
import { FactoryError } from '../core/errors.ts';
import { renderXml, xml } from '../formats/xml.ts';
import type { Govc } from './govc.ts';
import type { InventoryItem } from './inventory.ts';
import type { Privilege, PrivilegeScope } from './privileges.ts';

const Session = z.object({ currentSession: z.object({ key: z.string(), userName: z.string() }) });
const Manager = z.array(z.object({ val: z.object({ type: z.string(), value: z.string() }) }));

/** What privileges are asked about, by scope; a scope that is left out is not asked about. */
export type PrivilegeTargets = Partial<Record<PrivilegeScope, InventoryItem>>;

/** A privilege the account does not have. */
export interface MissingPrivilege extends Privilege {
  /** Inventory path it is missing on. */
  path: string;
}

/**
 * Asks the vCenter which of these privileges the session has on their targets (AuthorizationManager.HasPrivilegeOnEntities, which
 * needs no privilege itself).
 */
export async function findMissingPrivileges(
  govc: Govc,
  privileges: readonly Privilege[],
  targets: PrivilegeTargets,
): Promise<MissingPrivilege[]> {
  const { key } = Session.parse(JSON.parse(await govc.run(['session.ls', '-json']))).currentSession;
  const [manager] = Manager.parse(
    JSON.parse(await govc.run(['collect', '-json', '-', 'content.authorizationManager'])),
  );
  const missing: MissingPrivilege[] = [];
  for (const [scope, target] of Object.entries(targets) as [PrivilegeScope, InventoryItem][]) {
    const asked = privileges.filter((privilege) => privilege.on === scope);
    if (asked.length === 0) continue;
    const body = renderPrivilegeQuery(manager?.val.value ?? 'AuthorizationManager', key, target, asked);
    const granted = parsePrivilegeAnswer(await govc.run(['session.login', '-X', 'POST', '/sdk'], { input: body }));
    missing.push(...asked.filter(({ id }) => granted.get(id) === false).map((one) => ({ ...one, path: target.path })));
  }
  return missing;
}

/** @throws FactoryError `input.invalid` naming every missing privilege and where it is missing. */
export function checkPrivileges(missing: readonly MissingPrivilege[], user: string): void {
  if (missing.length === 0) return;
  const details = missing.map(({ id, path, why }) => `${id} on '${path}' (${why})`);
  const message = `'${user}' lacks ${missing.length} ${missing.length === 1 ? 'privilege' : 'privileges'} that the build needs`;
  const ids = missing.map(({ id }) => id).join(' ');
  throw new FactoryError('input.invalid', message, {
    details,
    hint: `Add them to the account's role, for example: govc role.update -a ROLE ${ids}`,
  });
}

/** Pure. */
export function renderPrivilegeQuery(
  manager: string,
  sessionKey: string,
  target: InventoryItem,
  privileges: readonly Privilege[],
): string {
  return renderXml(
    xml('Envelope', { xmlns: 'http://schemas.xmlsoap.org/soap/envelope/' }, [
      xml('Body', {}, [
        xml('HasPrivilegeOnEntities', { xmlns: 'urn:vim25' }, [
          xml('_this', { type: 'AuthorizationManager' }, manager),
          xml('entity', { type: target.type }, target.id),
          xml('sessionId', {}, sessionKey),
          ...privileges.map(({ id }) => xml('privId', {}, id)),
        ]),
      ]),
    ]),
  );
}

/** Privilege → whether it is granted. Pure. @throws FactoryError `exec.failed` for an answer that holds none */
export function parsePrivilegeAnswer(text: string): Map<string, boolean> {
  const pairs = text.matchAll(/<privId>([\w.-]+)<\/privId>\s*<isGranted>(true|false)<\/isGranted>/g);
  const granted = new Map([...pairs].map(([, id, answer]) => [id ?? '', answer === 'true']));
  if (granted.size > 0) return granted;
  throw new FactoryError('exec.failed', 'the vCenter did not say which privileges the account has', {
    details: [text.slice(0, 300)],
  });
}
