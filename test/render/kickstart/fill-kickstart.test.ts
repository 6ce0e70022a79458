import { describe, expect, it } from 'vitest';
import { fillKickstart } from '../../../src/render/kickstart/fill-kickstart.ts';
import { seedKickstartWord } from '../../../src/render/quote/kickstart.ts';

describe('render/kickstart/fill-kickstart', () => {
  it('puts values in and takes both escapes out', () => {
    const text = `key '\${public_key}' \${regex("^[a-z]*$", rh_org)} $\${x} %%{y} \${"$$"}{z} {{"{{"}}`;
    expect(fillKickstart(text, { public_key: 'ssh-x', rh_org: 'abc' })).toBe("key 'ssh-x' abc ${x} %{y} $${z} {{");
  });

  it('refuses what the expressions of the templates refuse', () => {
    expect(() => fillKickstart(`\${regex("^[a-z]*$", rh_org)}`, { rh_org: "a' b" })).toThrow(/rh_org has a character/);
    expect(() => fillKickstart('${apt_proxy}', {})).toThrow(/no value/);
  });

  it.each(['${a}', '%{if x}', '$${a}', '%%%{', '{{ env `HOME` }}', '{{{', '$', '%', "it's"])(
    'gives %s back',
    (text) => {
      expect(fillKickstart(seedKickstartWord(text), {})).toBe(`'${text.replaceAll("'", `'"'"'`)}'`);
    },
  );
});
