/** What loading a config needs of the file system; `load.ts` has the real one. */
export interface ConfigFiles {
  /** @throws the system's error. */
  read(path: string): Promise<string>;
  /** Names in a folder; none when it is missing or may not be read. */
  list(folder: string): Promise<string[]>;
  exists(path: string): boolean;
  /** Time of the last change, in milliseconds. */
  changedAt(path: string): Promise<number>;
}
