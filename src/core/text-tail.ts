/** Lines of a child's output, the newest kept, up to a number of bytes. */
export class TextTail {
  readonly #limit: number;
  #lines: string[] = [];
  #bytes = 0;

  constructor(limitBytes: number) {
    this.#limit = limitBytes;
  }

  push(line: string): void {
    this.#lines.push(line);
    this.#bytes += line.length + 1;
    if (this.#bytes <= this.#limit * 2) return;
    this.#trim();
  }

  text(): string {
    this.#trim();
    return this.#lines.length === 0 ? '' : `${this.#lines.join('\n')}\n`;
  }

  #trim(): void {
    let drop = 0;
    while (this.#bytes > this.#limit && drop < this.#lines.length - 1) {
      this.#bytes -= (this.#lines[drop]?.length ?? 0) + 1;
      drop += 1;
    }
    if (drop > 0) this.#lines = this.#lines.slice(drop);
  }
}
