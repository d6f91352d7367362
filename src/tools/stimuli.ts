/** Stimuli and webhooks: events from outside that start agents and workflows. */
export const stimuli = {};
