/** One thing inside the image: a package of the distribution, or a program nodeadm installed. */
export interface SbomComponent {
  name: string;
  version: string;
  /** Package URL, see https://github.com/package-url/purl-spec. */
  purl: string;
  /** SPDX licence id, or undefined when it was not looked at. */
  licence?: string;
  sha256?: string;
}

export interface SbomInput {
  image: string;
  version: string;
  /** Identity of the image; makes the document's namespace unique. */
  identity: string;
  /** ISO 8601, UTC, whole seconds. */
  created: string;
  toolVersion: string;
  components: readonly SbomComponent[];
}

/** An SPDX 2.3 document. @see https://spdx.github.io/spdx-spec/v2.3/ */
export function renderSpdx(input: SbomInput): string {
  const image = { SPDXID: 'SPDXRef-Image', name: input.image, versionInfo: input.version };
  const components = [...input.components].sort((a, b) => compare(a.name, b.name) || compare(a.version, b.version));
  const packages = components.map((component, index) => ({
    SPDXID: `SPDXRef-Package-${index + 1}`,
    ...describe(component),
  }));
  const document = {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: `${input.image}-${input.version}`,
    documentNamespace: `https://hybrid-node-factory.invalid/spdx/${input.image}/${input.identity}`,
    creationInfo: { created: input.created, creators: [`Tool: hybrid-node-factory-${input.toolVersion}`] },
    packages: [{ ...image, ...notAsserted, primaryPackagePurpose: 'OPERATING-SYSTEM' }, ...packages],
    relationships: [
      relation('SPDXRef-DOCUMENT', 'DESCRIBES', image.SPDXID),
      ...packages.map((item) => relation(image.SPDXID, 'CONTAINS', item.SPDXID)),
    ],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

const notAsserted = {
  downloadLocation: 'NOASSERTION',
  filesAnalyzed: false,
  licenseConcluded: 'NOASSERTION',
  licenseDeclared: 'NOASSERTION',
  copyrightText: 'NOASSERTION',
};

function describe(component: SbomComponent): Record<string, unknown> {
  return {
    name: component.name,
    versionInfo: component.version,
    ...notAsserted,
    ...(component.licence === undefined ? {} : { licenseDeclared: component.licence }),
    ...(component.sha256 === undefined
      ? {}
      : { checksums: [{ algorithm: 'SHA256', checksumValue: component.sha256 }] }),
    externalRefs: [{ referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: component.purl }],
  };
}

function relation(from: string, type: string, to: string): Record<string, string> {
  return { spdxElementId: from, relationshipType: type, relatedSpdxElement: to };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
