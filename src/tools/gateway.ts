/** SEAL Gateway management: specs, workflows, CLI tools, sessions, contexts, catalogue, explorer. */
export const gateway = {};
