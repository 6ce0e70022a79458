import type { Command } from '../command.ts';
import { bundleCreate } from './bundle/create.ts';
import { bundleServe } from './bundle/serve.ts';
import { bundleUnpack } from './bundle/unpack.ts';
import { bundleVerify } from './bundle/verify.ts';
import { cacheList } from './cache/list.ts';
import { cachePrune } from './cache/prune.ts';
import { createCompletion } from './completion.ts';
import { configCheck } from './config/check.ts';
import { configInit } from './config/init.ts';
import { configSchema } from './config/schema.ts';
import { imageBoot } from './image/boot.ts';
import { imageBuild } from './image/build.ts';
import { imageEject } from './image/eject.ts';
import { imageInspect } from './image/inspect.ts';
import { imageList } from './image/list.ts';
import { imageRender } from './image/render.ts';
import { imageValidate } from './image/validate.ts';
import { mirrorServe } from './mirror/serve.ts';
import { mirrorSync } from './mirror/sync.ts';
import { mirrorVerify } from './mirror/verify.ts';
import { nodeconfigCheck } from './nodeconfig/check.ts';
import { nodeconfigRender } from './nodeconfig/render.ts';
import { toolsInstall } from './tools/install.ts';
import { toolsList } from './tools/list.ts';
import { userdataDecode } from './userdata/decode.ts';
import { userdataRender } from './userdata/render.ts';

/** Every command, in the order the help shows them. */
export const commands: readonly Command[] = [
  imageList,
  imageBuild,
  imageRender,
  imageEject,
  imageValidate,
  imageBoot,
  imageInspect,
  nodeconfigRender,
  nodeconfigCheck,
  userdataRender,
  userdataDecode,
  configInit,
  configCheck,
  configSchema,
  toolsList,
  toolsInstall,
  mirrorSync,
  mirrorVerify,
  mirrorServe,
  bundleCreate,
  bundleVerify,
  bundleUnpack,
  bundleServe,
  cacheList,
  cachePrune,
  createCompletion(() => commands),
];
