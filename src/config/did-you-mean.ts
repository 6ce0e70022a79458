/** Edits (insert, delete, replace, swap of neighbours) that lead from `a` to `b`. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const replace = at(last, column - 1) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const best = Math.min(at(last, column) + 1, at(current, column - 1) + 1, replace);
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current.push(swapped ? Math.min(best, at(beforeLast, column - 2) + 1) : best);
    }
    beforeLast = last;
    last = current;
  }
  return at(last, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}

/** The candidate a person most likely meant, or undefined when none is near: at most a third of the letters may differ. */
export function findNearest(word: string, candidates: readonly string[]): string | undefined {
  const plain = simplify(word);
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: editDistance(plain, simplify(candidate)) }))
    .filter(
      ({ candidate, distance }) => distance <= allowance(plain, candidate) || isBeginning(plain, simplify(candidate)),
    )
    .sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1));
  return ranked[0]?.candidate;
}

function allowance(word: string, candidate: string): number {
  return Math.max(1, Math.floor(Math.max(word.length, candidate.length) / 3));
}

/** `sshTimeout` for `sshTimeoutMinutes`. */
function isBeginning(word: string, candidate: string): boolean {
  return word.length >= 4 && candidate.startsWith(word);
}

/** `disk_size` and `diskSize` are the same word to a person. */
function simplify(word: string): string {
  return word.toLowerCase().replace(/[_\s-]/g, '');
}

/** `; did you mean 'x'?` or nothing; it ends a message. */
export function suggestion(word: string, candidates: readonly string[]): string {
  const nearest = findNearest(word, candidates);
  return nearest === undefined ? '' : `; did you mean '${nearest}'?`;
}
