const slotWords = 4;
const mostFull = 0.7;

/**
 * Remembers in which line a key stood, in a typed array: ten million rows take as many bytes as their hashes, not as many objects. Keys are
 * numbers of up to 96 bits: addresses as they are, names as a hash (`rememberText`), long enough that two names never share one by chance.
 */
export class LineTable {
  #slots = new Uint32Array(1024 * slotWords);
  #count = 0;

  /** The line that had the key before; undefined when this one is the first. */
  remember(a: number, b: number, c: number, line: number): number | undefined {
    if (this.#count > (this.#slots.length / slotWords) * mostFull) this.#grow();
    const at = findSlot(this.#slots, a, b, c);
    const before = this.#slots[at + 3] ?? 0;
    if (before !== 0) return before;
    this.#slots.set([a, b, c, line], at);
    this.#count += 1;
    return undefined;
  }

  rememberText(text: string, line: number): number | undefined {
    let [a, b, c] = [0x811c9dc5, 0x9747b28c, 0x2545f491];
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      a = Math.imul(a ^ code, 0x01000193);
      b = Math.imul(b + code, 0x5bd1e995) ^ (b >>> 15);
      c = Math.imul(c ^ (code + index), 0x85ebca6b) ^ (c >>> 13);
    }
    return this.remember(a >>> 0, b >>> 0, c >>> 0, line);
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Uint32Array(old.length * 2);
    for (let from = 0; from < old.length; from += slotWords) {
      if (old[from + 3] === 0) continue;
      const at = findSlot(this.#slots, old[from] ?? 0, old[from + 1] ?? 0, old[from + 2] ?? 0);
      this.#slots.set(old.subarray(from, from + slotWords), at);
    }
  }
}

/** Where the key is, or where it belongs. */
function findSlot(slots: Uint32Array, a: number, b: number, c: number): number {
  const count = slots.length / slotWords;
  let slot = (Math.imul(a ^ Math.imul(b, 0x9e3779b1) ^ c, 0x85ebca6b) >>> 7) & (count - 1);
  for (;;) {
    const at = slot * slotWords;
    if (slots[at + 3] === 0) return at;
    if (slots[at] === a && slots[at + 1] === b && slots[at + 2] === c) return at;
    slot = (slot + 1) & (count - 1);
  }
}
