/** The literal requests of every tool, by file of src/tools. */
import type { Case } from './_cases/_case.js';
import { CASES as admin } from './_cases/admin.js';
import { CASES as apiKeys } from './_cases/api-keys.js';
import { CASES as billing } from './_cases/billing.js';
import { CASES as canvas } from './_cases/canvas.js';
import { CASES as cluster } from './_cases/cluster.js';
import { CASES as colony } from './_cases/colony.js';
import { CASES as cortex } from './_cases/cortex.js';
import { CASES as credentials } from './_cases/credentials.js';
import { CASES as dispatch } from './_cases/dispatch.js';
import { CASES as first } from './_cases/first.js';
import { CASES as gateway } from './_cases/gateway.js';
import { CASES as gitStorage } from './_cases/git-storage.js';
import { CASES as observability } from './_cases/observability.js';
import { CASES as scripts } from './_cases/scripts.js';
import { CASES as secrets } from './_cases/secrets.js';
import { CASES as stimuli } from './_cases/stimuli.js';
import { CASES as swarms } from './_cases/swarms.js';
import { CASES as user } from './_cases/user.js';
import { CASES as volumes } from './_cases/volumes.js';

export type { Case } from './_cases/_case.js';

export const CASES: readonly Case[] = [
  ...first,
  ...dispatch,
  ...stimuli,
  ...volumes,
  ...gitStorage,
  ...credentials,
  ...secrets,
  ...apiKeys,
  ...colony,
  ...billing,
  ...cluster,
  ...swarms,
  ...observability,
  ...cortex,
  ...scripts,
  ...canvas,
  ...user,
  ...admin,
  ...gateway,
];
