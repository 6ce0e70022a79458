import { FactoryError } from '../../core/errors.ts';

/** What the check script saw: id → text. */
export type Facts = ReadonlyMap<string, string>;

export interface GuestReport {
  facts: Facts;
  /** The end marker came and every line before it. */
  complete: boolean;
}

/** More than the script can send: whoever sends more is not our script. */
const maxFacts = 200;
const maxFactChars = 16 * 1024;

/**
 * Reads the lines `hnf1 NONCE NUMBER ID TEXT` (in TEXT `%0A` ends a line, `%25` is a percent sign) out of what came over the report port. Anything else on the port (a kernel message,
 * a login prompt) is passed over, and so is a last line that has not ended yet.
 * @throws FactoryError `verify.failed` for a line of ours that is damaged, a number that is missing, or a script that gave up
 */
export function parseGuestReport(text: string, nonce: string): GuestReport {
  const facts = new Map<string, string>();
  let expected = 1;
  const lines = text.split('\n');
  lines.pop();
  for (const line of lines) {
    const at = line.indexOf(`hnf1 ${nonce} `);
    if (at < 0) continue;
    const { number, id, value } = parseLine(line.slice(at).replace(/\r$/, ''));
    if (id === 'abort') throw damaged(`the check script in the guest ended early (${value.trim()})`);
    if (number !== expected) throw damaged(`line ${expected} is missing, ${number} came`);
    if (id === 'end') {
      if (value !== String(facts.size)) throw damaged(`${value} facts were sent, ${facts.size} arrived`);
      return { facts, complete: true };
    }
    if (facts.has(id)) throw damaged(`'${id}' came twice`);
    if (facts.size >= maxFacts) throw damaged(`more than ${maxFacts} facts`);
    facts.set(id, value);
    expected += 1;
  }
  return { facts, complete: false };
}

function parseLine(line: string): { number: number; id: string; value: string } {
  const match = /^hnf1 \S+ (\d{1,6}) ([a-z][a-z0-9.-]{0,60})(?: (.*))?$/.exec(line);
  const [, number, id, text = ''] = match ?? [];
  if (number === undefined || id === undefined) throw damaged(`not a fact: '${line.slice(0, 80)}'`);
  if (text.length > maxFactChars) throw damaged(`'${id}' is ${text.length} characters long`);
  return { number: Number(number), id, value: text.replaceAll('%0A', '\n').replaceAll('%25', '%') };
}

function damaged(what: string): FactoryError {
  return new FactoryError('verify.failed', `the report from the guest is damaged: ${what}`, {
    hint: 'Run it again; if it stays, the serial log tells what the guest did.',
  });
}
