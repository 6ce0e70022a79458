/** Folders of a bundle. */
export const bundleFolders = {
  tools: 'tools',
  mirror: 'mirror',
  packages: 'packages',
  images: 'images',
  sources: 'sources',
} as const;
