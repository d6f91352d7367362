/** Nothing of this machine: for requests that are made of arguments alone. */
import { noLocalFiles } from '../../src/runtime/local-files.js';
import type { Means } from '../../src/tools/context.js';

export const NO_MEANS: Means = {
  files: noLocalFiles('No folder of this machine is open to this server.', 'None is needed.'),
  webhookSecret: () => undefined,
  progress: () => undefined,
};
