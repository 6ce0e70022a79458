/** What an organisation adds to every image it makes; complete and read-only. `emptyProfile` changes nothing. */
export interface Profile {
  /** Written to all files nodeadm's proxy validator reads, and to snapd's settings; null: none. */
  proxy: {
    http: string | null;
    https: string | null;
    noProxy: readonly string[];
  } | null;
  /** PEM certificates added to the system's trust store, by file name without `.crt`. */
  caCertificates: readonly { name: string; pem: string }[];
  /** Private package mirrors, used while building and left in the image when `keep`. */
  mirrors: {
    /** Base URI in place of the distribution's archive, e.g. `http://mirror.corp/ubuntu`; null: the vendor's. */
    apt: string | null;
    aptSecurity: string | null;
    /** Repositories for dnf in place of the vendor's; empty: the vendor's. */
    dnf: readonly { id: string; baseurl: string; gpgkey: string | null }[];
    /** Base URI of Docker's packages, for containerd from `docker`; null: download.docker.com. */
    docker: string | null;
    keep: boolean;
  };
  /** NTP servers for the clock; empty: the distribution's. */
  ntp: readonly string[];
  kernelArguments: readonly string[];
  /** `on`: exactly the ports SSH, kubelet and the CNI need are open; `off`: the firewall is not enabled; `vendor`: as the vendor ships it. */
  firewall: 'on' | 'off' | 'vendor';
  /** Whose ports `firewall: on` opens. */
  cni: 'cilium' | 'calico';
  /** `baseline`: CIS-leaning settings that do not hurt a node; `none`: the vendor's. */
  hardening: 'none' | 'baseline';
  /** `nvidia`: container toolkit and driver, and a containerd drop-in that survives `nodeadm upgrade`. */
  gpu: 'none' | 'nvidia';
  /** Least processor the nodes have; the verify step and the docs name it. null: the distribution's own baseline. */
  cpuBaseline: 'x86-64-v2' | 'x86-64-v3' | 'armv8.2-a' | null;
  /** Files of the user's, owner root. Texts; the path is absolute in the guest. */
  files: readonly { path: string; mode: number; content: string }[];
  /** Shell scripts of the user's, run as root: `pre` before nodeadm's part, `post` after it, before sealing. */
  scripts: { pre: readonly Hook[]; post: readonly Hook[] };
  /** Container images loaded into containerd at bake, so that a node gets Ready without pulling. */
  preload: readonly PreloadedImage[];
}

export interface Hook {
  /** File name, e.g. `10-agent.sh`. */
  name: string;
  content: string;
}

export interface PreloadedImage {
  /** Full reference the node will ask for, e.g. `602401143452.dkr.ecr.us-west-2.amazonaws.com/eks/pause:3.10`. */
  reference: string;
  /** `registry`: pulled while baking; otherwise an OCI or docker archive, `file:///…` or an absolute path, with its SHA-256. */
  from: { kind: 'registry' } | { kind: 'archive'; url: string; sha256: string };
}

export const emptyProfile: Profile = {
  proxy: null,
  caCertificates: [],
  mirrors: { apt: null, aptSecurity: null, dnf: [], docker: null, keep: false },
  ntp: [],
  kernelArguments: [],
  firewall: 'vendor',
  cni: 'cilium',
  hardening: 'none',
  gpu: 'none',
  cpuBaseline: null,
  files: [],
  scripts: { pre: [], post: [] },
  preload: [],
};
