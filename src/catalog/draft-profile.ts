import type { WrittenProfile } from '../config/schema-profile.ts';
import { emptyProfile, type Hook, type PreloadedImage, type Profile } from './profile.ts';

/** Gives the value at a path inside the profile, or the fallback. */
export type TakeValue = <T>(path: string, fallback: T) => T;

type WrittenCertificate = NonNullable<WrittenProfile['caCertificates']>[number];
type WrittenFile = NonNullable<WrittenProfile['files']>[number];
type WrittenHook = NonNullable<NonNullable<WrittenProfile['scripts']>['pre']>[number];
type WrittenPreload = NonNullable<WrittenProfile['preload']>[number];

/** The complete profile; files that were named have been read into `pem` and `content` before. */
export function draftProfile(take: TakeValue): Profile {
  const { mirrors, scripts } = emptyProfile;
  return {
    proxy: draftProxy(take),
    caCertificates: take<WrittenCertificate[]>('caCertificates', []).map(({ name = '', pem = '' }) => ({ name, pem })),
    mirrors: {
      apt: take('mirrors.apt', mirrors.apt),
      aptSecurity: take('mirrors.aptSecurity', mirrors.aptSecurity),
      dnf: take<NonNullable<NonNullable<WrittenProfile['mirrors']>['dnf']>>('mirrors.dnf', []).map(
        ({ id, baseurl, gpgkey }) => ({ id, baseurl, gpgkey: gpgkey ?? null }),
      ),
      docker: take('mirrors.docker', mirrors.docker),
      keep: take('mirrors.keep', mirrors.keep),
    },
    ntp: take('ntp', emptyProfile.ntp),
    kernelArguments: take('kernelArguments', emptyProfile.kernelArguments),
    firewall: take('firewall', emptyProfile.firewall),
    cni: take('cni', emptyProfile.cni),
    hardening: take('hardening', emptyProfile.hardening),
    gpu: take('gpu', emptyProfile.gpu),
    cpuBaseline: take('cpuBaseline', emptyProfile.cpuBaseline),
    files: take<WrittenFile[]>('files', []).map(({ path, mode = '0644', content = '' }) => ({
      path,
      mode: Number.parseInt(mode, 8),
      content,
    })),
    scripts: {
      pre: take<readonly WrittenHook[]>('scripts.pre', scripts.pre).map(plainHook),
      post: take<readonly WrittenHook[]>('scripts.post', scripts.post).map(plainHook),
    },
    preload: take<WrittenPreload[]>('preload', []).map(plainPreload),
  };
}

/** A proxy that names no server is none. */
function draftProxy(take: TakeValue): Profile['proxy'] {
  if (take<null | undefined>('proxy', undefined) === null) return null;
  const http = take<string | null>('proxy.http', null);
  const https = take<string | null>('proxy.https', null);
  const noProxy = take<readonly string[]>('proxy.noProxy', []);
  return http === null && https === null ? null : { http, https, noProxy };
}

function plainHook({ name = '', content = '' }: WrittenHook): Hook {
  return { name, content };
}

function plainPreload({ reference, url, sha256 }: WrittenPreload): PreloadedImage {
  if (url === undefined) return { reference, from: { kind: 'registry' } };
  return { reference, from: { kind: 'archive', url, sha256: (sha256 ?? '').toLowerCase() } };
}
