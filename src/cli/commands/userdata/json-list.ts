import type { CommandContext } from '../../command.ts';

/** A JSON list on stdout, item by item. Payloads go out as they are: masking base64 could only damage it. */
export class JsonList {
  readonly #context: Pick<CommandContext, 'printUnmasked'>;
  #isEmpty = true;

  constructor(context: Pick<CommandContext, 'printUnmasked'>) {
    this.#context = context;
  }

  add(item: unknown): void {
    const text = JSON.stringify(item, null, 2).replaceAll('\n', '\n  ');
    this.#context.printUnmasked(`${this.#isEmpty ? '[\n  ' : ',\n  '}${text}`);
    this.#isEmpty = false;
  }

  end(): void {
    this.#context.printUnmasked(this.#isEmpty ? '[]\n' : '\n]\n');
  }
}
