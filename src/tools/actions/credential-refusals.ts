/** What the refusals of the credential routes mean; many mistakes of the caller arrive there as HTTP 500. */
import type { Advice } from './advice.js';

/** Of changes to a credential by its id. */
export const CHANGE_ADVICE: Advice = {
  500: {
    next: 'This server answers 500 for an unknown credential or grant too: look at list_credentials before you repeat the call.',
  },
};

export const OAUTH_INITIATE_ADVICE: Advice = {
  500: {
    next: 'This server answers 500 where the provider is not configured or redirect_uri is no entry of its allowlist: have the operator set up both, or use store_api_key_credential.',
  },
};

const START_AGAIN =
  'Start again with oauth_initiate: a state lives 10 minutes and works once; list_credentials shows what became of this one.';

export const OAUTH_CALLBACK_ADVICE: Advice = {
  400: { next: START_AGAIN },
  500: { next: START_AGAIN },
};

export const DEVICE_POLL_ADVICE: Advice = {
  500: { next: 'Check that device_code is the code of a device flow, not the state of an OAuth flow.' },
};
