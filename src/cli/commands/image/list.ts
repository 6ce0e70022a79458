import { type Command, configOption, isSet } from '../../command.ts';
import { cellFilters, kubernetesOption } from './options.ts';

export const imageList: Command = {
  noun: 'image',
  verb: 'list',
  summary: 'show the catalog: every way each image can be built, and whether it is supported',
  args: [{ name: '[image...]', description: 'only these' }],
  options: [
    ...cellFilters,
    kubernetesOption,
    { flags: '--format <list>', description: 'comma-separated: only what gives all of these' },
    configOption,
  ],
  json: true,
  examples: ['hnf image list', 'hnf image list ubuntu24 rhel9 --arch arm64', 'hnf image list --json'],
  async run(context, input) {
    const { listChosen } = await import('../../list-chosen.ts');
    const images = await listChosen(context, input);
    if (isSet(input, 'json')) {
      context.printJson(images);
      return 0;
    }
    const { formatListing } = await import('../../view/image-listing.ts');
    context.print(formatListing(images));
    return 0;
  },
};
