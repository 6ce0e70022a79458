import { installTools } from '../../../src/tools/install.ts';
import { createTestWorld } from '../../tools/tools-world.ts';

/** A process of its own that starts a build which does not end, for the test that kills it. Prints its tool folder. */
const world = createTestWorld();
world.place('go', 'go-slow.sh');
process.stdout.write(`${world.root}\n`);
await installTools(['packer'], world.context);
