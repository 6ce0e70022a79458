import { FactoryError } from '../../../core/errors.ts';
import { type Command, findText, isSet, listOf } from '../../command.ts';

export const imageBoot: Command = {
  noun: 'image',
  verb: 'boot',
  summary: 'boot a throw-away overlay of an artifact under QEMU and wait for a condition',
  args: [{ name: '<artifact>', description: 'a .qcow2, .raw, .vmdk or .ova file' }],
  options: [
    {
      flags: '--hardware <name>',
      description: 'vmware: PVSCSI and VMXNET3; virtio (default: by the artifact)',
      choices: ['vmware', 'virtio'],
    },
    {
      flags: '--firmware <name>',
      description: 'bios or uefi (default: uefi for vmware, bios for virtio)',
      choices: ['bios', 'uefi'],
    },
    {
      flags: '--userdata <file>',
      description: 'cloud-init user data for a NoCloud seed; may be given several times',
      repeat: true,
    },
    {
      flags: '--until <condition>',
      description: 'login, ssh, exit, or a text on the serial console (default: login)',
    },
    { flags: '--timeout <seconds>', description: 'how long to wait (default: 600)' },
    { flags: '--accelerator <name>', description: 'how QEMU runs', choices: ['auto', 'kvm', 'hvf', 'tcg'] },
  ],
  json: true,
  examples: [
    'hnf image boot out/debian12-lab-1.34.2.ova',
    'hnf image boot disk.qcow2 --hardware virtio --firmware uefi --until ssh',
  ],
  async run(context, input) {
    const { runImageBoot } = await import('../../run-image-boot.ts');
    const artifact = input.args[0];
    if (artifact === undefined) throw new FactoryError('usage', 'an artifact is needed');
    const result = await runImageBoot(context, {
      artifact,
      hardware: findText(input, 'hardware'),
      firmware: findText(input, 'firmware'),
      userdata: listOf(input, 'userdata'),
      until: findText(input, 'until') ?? 'login',
      timeout: findText(input, 'timeout') ?? '600',
      accelerator: findText(input, 'accelerator') ?? 'auto',
      quiet: isSet(input, 'json'),
    });
    if (isSet(input, 'json')) context.printJson(result);
    else
      context.print(
        `${result.artifact}: ${result.saw} after ${Math.round(result.seconds)} s (${result.hardware}, ${result.firmware}, ${result.accelerator})\n`,
      );
    return 0;
  },
};
