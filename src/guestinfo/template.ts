/** A text with places to fill: static, slot, static, … static. */
export interface Template<Slot extends string> {
  readonly statics: readonly string[];
  readonly slots: readonly Slot[];
}

/** Cuts a text where the marks stand. A mark must not be part of another. */
export function cutTemplate<Slot extends string>(text: string, marks: Readonly<Record<Slot, string>>): Template<Slot> {
  const entries = Object.entries(marks) as [Slot, string][];
  const statics: string[] = [];
  const slots: Slot[] = [];
  let at = 0;
  for (;;) {
    let next: { slot: Slot; mark: string; start: number } | undefined;
    for (const [slot, mark] of entries) {
      const start = text.indexOf(mark, at);
      if (start >= 0 && (next === undefined || start < next.start)) next = { slot, mark, start };
    }
    if (next === undefined) break;
    statics.push(text.slice(at, next.start));
    slots.push(next.slot);
    at = next.start + next.mark.length;
  }
  return { statics: [...statics, text.slice(at)], slots };
}

/** Equal but for the marks they were cut at: no mark stood in the text by itself. */
export function isSameTemplate<Slot extends string>(a: Template<Slot>, b: Template<Slot>): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

export function fillTemplate<Slot extends string>(
  { statics, slots }: Template<Slot>,
  values: Readonly<Record<Slot, string>>,
): string {
  let text = statics[0] ?? '';
  for (let at = 0; at < slots.length; at += 1) text += values[slots[at] as Slot] + (statics[at + 1] ?? '');
  return text;
}
