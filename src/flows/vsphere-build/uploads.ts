/** A file Packer put on a datastore. */
export interface Upload {
  /** Below the datastore's root, as Packer said it: a secret that happens to be in it reads `<sensitive>`. */
  path: string;
  /** False while Packer was at it: what is there is cut off. */
  isWhole: boolean;
}

/** Keeps track of what Packer says it uploads, so that nothing of it is left behind. */
export class UploadLog {
  readonly uploads: Upload[] = [];

  /** A line of Packer's. */
  feed(text: string): void {
    const last = this.uploads.at(-1);
    if (last !== undefined && !/^Remote cache directory does not exist/.test(text)) last.isWhole = true;
    const match = /^Uploading (\S+) to \[[^\]]+\] ?(\S+?)(?:\.\.\.)?$/.exec(text.trim());
    if (match === null) return;
    const [, name = '', folder = ''] = match;
    this.uploads.push({ path: `${folder}/${name}`, isWhole: false });
  }

  /**
   * Which of the files on the datastore are the build's own CDs, or were cut off; a whole installer stays for the next build. A name
   * that could be that of two files is left alone.
   */
  leftovers(files: readonly string[]): string[] {
    return this.uploads
      .filter(({ path, isWhole }) => !isWhole || isSeed(path))
      .flatMap(({ path }) => {
        const found = files.filter((file) => matchesScrubbed(path, file));
        return found.length === 1 ? found : [];
      });
  }
}

const scrubbed = '<sensitive>';

/** Packer calls a CD it made itself `packer<digits>.iso`, a download after a SHA-1. */
function isSeed(path: string): boolean {
  return /\/packer[\d<>a-z]+\.iso$/.test(path) && matchesScrubbed(path, path.replaceAll(scrubbed, '1'));
}

/** Whether a file has the name that Packer said, whatever it has taken out of it. */
function matchesScrubbed(said: string, file: string): boolean {
  const pattern = said.split(scrubbed).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${pattern.join('.+')}$`).test(file);
}
