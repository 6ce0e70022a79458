/** A form of text, and what to say to who writes another one. Schema and rendering go by the same. */
export interface Form {
  pattern: RegExp;
  /** Completes "accepted: …". */
  accepted: string;
}

/**
 * GRUB's shell reads the kernel line, without quotes: words that mean something to it would not reach the kernel.
 * https://www.gnu.org/software/grub/manual/grub/html_node/Quoting.html
 */
export const kernelArgument: Form = {
  pattern: /^[A-Za-z0-9_.,:=/+@%~^*?!()[\]-]{1,255}$/,
  accepted: 'letters, digits and _ . , : = / + @ % ~ ^ * ? ! ( ) [ ] -, at most 255',
};

export const fileName: Form = {
  pattern: /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
  accepted: 'letters, digits, dots, hyphens and underscores, at most 64',
};

/** With its registry; it is written into a list and on command lines. */
export const imageReference: Form = {
  pattern: /^[a-z0-9.-]+(:\d{1,5})?(\/[a-z0-9._-]+)+(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?(@sha256:[0-9a-f]{64})?$/,
  accepted: "a full image reference with its registry, such as 'registry.k8s.io/pause:3.10'",
};

export const repositoryId: Form = {
  pattern: /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/,
  accepted: 'letters, digits, dots, colons, hyphens and underscores, at most 128',
};

/** What file systems hold; the kernel's NAME_MAX. */
export const longestNameBytes = 255;
