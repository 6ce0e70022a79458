/** What every renderer returns; `path` is relative to the output folder, with `/`. */
export interface RenderedFile {
  path: string;
  /** Permission bits, e.g. 0o644. */
  mode: number;
  content: string;
}
