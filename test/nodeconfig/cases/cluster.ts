import { accepted, type NodeConfigCase, refused, ssmWith, stricter } from './case.ts';
import { certificateAuthority, privateKeyPem } from './pki.ts';

const cluster = (lines: string) => ssmWith('    region', `${lines.replaceAll(/^/gm, '    ')}\n    region`);
const name = (text: string) => ssmWith('edge', text);
const region = (text: string) => ssmWith('us-west-2', text);

const endpoint = 'apiServerEndpoint: "https://ABCD.gr7.us-west-2.eks.amazonaws.com"';
const cidr = 'cidr: "10.100.0.0/16"';
const authority = `certificateAuthority: "${certificateAuthority}"`;
const rest = `${authority}\n${cidr}`;

const eksName = 'EKS accepts letters, digits, hyphens and underscores, at most 100: there is no such cluster';
const noRegion = 'nodeadm goes on with another registry and fails at the first call';
const notChecked = 'nodeadm does not look at it, and kubelet does not find the API server';

/** What stands below spec.cluster. */
export const clusterCases: readonly NodeConfigCase[] = [
  accepted('all three details of the cluster', cluster(`${endpoint}\n${rest}`)),
  accepted(
    'base64 over lines',
    cluster(`${endpoint}\n${cidr}\ncertificateAuthority: |\n${wrap(certificateAuthority)}`),
  ),
  accepted('an endpoint with a slash at its end', cluster(`apiServerEndpoint: "https://api.example.com/"\n${rest}`)),
  accepted('an endpoint with a port', cluster(`apiServerEndpoint: "https://api.example.com:6443"\n${rest}`)),
  accepted('only the endpoint', cluster(endpoint), ['cluster.incomplete']),
  accepted('a network EKS does not hand out', cluster(`${endpoint}\n${authority}\ncidr: "100.64.0.0/16"`), [
    'cluster.cidr',
  ]),
  accepted('a name of 100 characters', name('a'.repeat(100))),
  accepted('underscores and capitals in the name', name('Edge_1')),
  accepted('China', region('cn-north-1')),
  accepted('GovCloud', region('us-gov-west-1')),
  accepted('the European sovereign cloud', region('eusc-de-east-1')),
  refused('no name', ssmWith('    name: "edge"\n', ''), ['cluster.name']),
  refused('an empty name', name(''), ['cluster.name']),
  refused('no region', ssmWith('    region: "us-west-2"\n', ''), ['cluster.region']),
  refused('an empty region', region(''), ['cluster.region']),
  refused('name: null', ssmWith('"edge"', 'null'), ['cluster.name']),
  refused('an authority that is no base64', cluster(`${endpoint}\n${cidr}\ncertificateAuthority: "a b"`), [
    'cluster.certificateAuthority',
  ]),
  refused('an authority without its padding', cluster(`${endpoint}\n${cidr}\ncertificateAuthority: "YQ"`), [
    'cluster.certificateAuthority',
  ]),
  refused(
    'the PEM itself as authority',
    cluster(`${endpoint}\n${cidr}\ncertificateAuthority: "-----BEGIN CERTIFICATE-----"`),
    ['cluster.certificateAuthority'],
  ),
  refused(
    'an authority that is a number',
    cluster(`${endpoint}\n${cidr}\ncertificateAuthority: 1234`),
    ['field.type'],
    ['cluster.incomplete'],
  ),
  stricter('a name of 101 characters', name('a'.repeat(101)), ['cluster.name'], eksName),
  stricter('a dot in the name', name('edge.prod'), ['cluster.name'], eksName),
  stricter('a blank around the name', name(' edge'), ['cluster.name'], eksName),
  stricter('a hyphen first', name('-edge'), ['cluster.name'], eksName),
  stricter('the ARN as name', name('arn:aws:eks:us-west-2:123456789012:cluster/edge'), ['cluster.name'], eksName),
  stricter('a placeholder as name', name('<cluster-name>'), ['cluster.name'], eksName),
  stricter('an availability zone as region', region('us-west-2a'), ['cluster.region'], noRegion),
  stricter('a region that is not', region('us-west-22'), ['cluster.region'], noRegion),
  stricter('a region in capitals', region('US-WEST-2'), ['cluster.region'], noRegion),
  stricter(
    'an endpoint without https',
    cluster(`apiServerEndpoint: "http://api.example.com"\n${rest}`),
    ['cluster.apiServerEndpoint'],
    notChecked,
  ),
  stricter(
    'an endpoint without a scheme',
    cluster(`apiServerEndpoint: "api.example.com"\n${rest}`),
    ['cluster.apiServerEndpoint'],
    notChecked,
  ),
  stricter(
    'an endpoint with a path',
    cluster(`apiServerEndpoint: "https://api.example.com/x"\n${rest}`),
    ['cluster.apiServerEndpoint'],
    notChecked,
  ),
  stricter(
    'an endpoint with a password',
    cluster(`apiServerEndpoint: "https://a:b@api.example.com"\n${rest}`),
    ['cluster.apiServerEndpoint'],
    notChecked,
  ),
  stricter(
    'an endpoint of another region',
    cluster(`apiServerEndpoint: "https://ABCD.gr7.eu-west-1.eks.amazonaws.com"\n${rest}`),
    ['cluster.apiServerEndpoint'],
    notChecked,
  ),
  stricter(
    'an authority that is no certificate',
    cluster(`${endpoint}\n${cidr}\ncertificateAuthority: "aGVsbG8="`),
    ['cluster.certificateAuthority'],
    notChecked,
  ),
  stricter(
    'an authority that is a damaged certificate',
    cluster(
      `${endpoint}\n${cidr}\ncertificateAuthority: "${btoa('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n')}"`,
    ),
    ['cluster.certificateAuthority'],
    notChecked,
  ),
  stricter(
    'an authority with a private key',
    cluster(`${endpoint}\n${cidr}\ncertificateAuthority: "${btoa(privateKeyPem)}"`),
    ['cluster.certificateAuthority'],
    'a private key has no business on a node',
  ),
  stricter(
    'a network that is none',
    cluster(`${endpoint}\n${authority}\ncidr: "10.100.0.0"`),
    ['cluster.cidr'],
    "init fails when it looks for the cluster's DNS",
  ),
  stricter(
    'an address in a network',
    cluster(`${endpoint}\n${authority}\ncidr: "10.100.0.5/16"`),
    ['cluster.cidr'],
    "this is no service network; the cluster's DNS may be another",
  ),
  stricter(
    'an IPv6 network',
    cluster(`${endpoint}\n${authority}\ncidr: "fd00::/108"`),
    ['cluster.cidr'],
    'hybrid nodes are IPv4',
  ),
];

function wrap(text: string): string {
  return text.replaceAll(/.{64}/g, '$&\n').replaceAll(/^/gm, '  ');
}
