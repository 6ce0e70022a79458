import { type Command, isSet } from '../../command.ts';

export const userdataDecode: Command = {
  noun: 'userdata',
  verb: 'decode',
  summary: 'print a payload as text: the reverse of gzip and base64',
  args: [{ name: '<file>', description: "gzip+base64, base64, gzip, MIME or text; '-' is standard input" }],
  options: [{ flags: '--redact', description: 'mask secrets' }],
  json: true,
  examples: [
    'hnf userdata decode payloads/node-1/userdata.b64',
    'govc vm.info -e -json node-1 | jq -r \'.. | select(.key? == "guestinfo.userdata").value\' | hnf userdata decode -',
  ],
  async run(context, input) {
    const { decodePayload } = await import('../../../guestinfo/decode.ts');
    const { maskSecrets } = await import('../../../guestinfo/mask.ts');
    const { renderParts } = await import('../../../guestinfo/readable.ts');
    const { readPayload } = await import('./read-payload.ts');
    const { bytes, what } = await readPayload(context, input.args[0] ?? '-');
    const { encodings, text, parts } = decodePayload(bytes, what);
    const readable = parts === undefined ? text : renderParts(parts);
    const isRedacted = isSet(input, 'redact');
    const clean = isRedacted ? (whole: string) => context.secrets.redact(maskSecrets(whole)) : String;
    if (isSet(input, 'json')) {
      const texts = parts?.map((part) => ({ ...part, text: clean(part.text) }));
      // A message's own text has its parts in base64, where nothing can be masked.
      const whole = isRedacted ? clean(readable) : text;
      context.printUnmasked(`${JSON.stringify({ encodings, text: whole, parts: texts ?? null }, null, 2)}\n`);
    } else context.printUnmasked(clean(readable));
    return 0;
  },
};
