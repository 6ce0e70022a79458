import type { Profile } from '../catalog/profile.ts';

export interface NodePort {
  port: number;
  protocol: 'tcp' | 'udp';
  why: string;
}

/** Always: the control plane reaches kubelet for logs, exec and metrics. SSH is a service of its own in every firewall. */
const kubelet: NodePort = { port: 10250, protocol: 'tcp', why: 'kubelet' };

/** Between nodes, as the AWS-supported values of each CNI use them (VXLAN). nodeadm opens none of these. */
const ofCni: Readonly<Record<Profile['cni'], readonly NodePort[]>> = {
  cilium: [
    { port: 8472, protocol: 'udp', why: 'Cilium VXLAN' },
    { port: 4240, protocol: 'tcp', why: 'Cilium health' },
  ],
  calico: [
    { port: 4789, protocol: 'udp', why: 'Calico VXLAN' },
    { port: 5473, protocol: 'tcp', why: 'Calico Typha' },
    { port: 179, protocol: 'tcp', why: 'Calico BGP' },
  ],
};

/** What `firewall: 'on'` opens beside SSH; nodeadm itself adds kube-proxy's health check and the NodePorts when it joins. */
export function nodePorts(cni: Profile['cni']): readonly NodePort[] {
  return [kubelet, ...ofCni[cni]];
}
