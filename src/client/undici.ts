/** The parts of undici in use. A module of ours, so that a bundler can load it late with its names intact. */
export { Agent, buildConnector, EnvHttpProxyAgent } from 'undici';
