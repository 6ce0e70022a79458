import { hash } from 'node:crypto';

/** So much of a SHA-256 tells the payloads of one machine apart. */
const digits = 12;

/**
 * Name and generation of a payload: the same payload gives the same id, so that a reboot runs nothing again; another payload gives another
 * one, so that cloud-init carries it out. Pure.
 */
export function buildInstanceId(name: string, payload: readonly (string | undefined)[]): string {
  return `${name}-${hash('sha256', payload.map((part) => part ?? '').join('\0')).slice(0, digits)}`;
}
