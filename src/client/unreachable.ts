/** Why no connection came about, and what to do about it. */

export interface Explanation {
  readonly message: string;
  readonly next: string;
}

type Explain = (place: { readonly origin: string; readonly host: string }) => Explanation;

const CHECK_ADDRESS = 'Check the address in the configuration.';
const TRUST =
  'Install its certificate authority: start this program with NODE_EXTRA_CA_CERTS=/path/to/ca.pem.';

const untrusted: Explain = ({ host }) => ({
  message: `The TLS certificate of ${host} is signed by an authority that is not trusted here.`,
  next: TRUST,
});
const noRoute: Explain = ({ host }) => ({
  message: `There is no network route to ${host}.`,
  next: 'Check the network, VPN and firewall.',
});
const slow: Explain = ({ origin }) => ({
  message: `${origin} did not accept a connection in time.`,
  next: 'Check that no firewall or VPN blocks the address, and that the server is up.',
});
const noTls: Explain = ({ origin }) => ({
  message: `${origin} does not speak TLS.`,
  next: 'Use http:// in the address, or the port on which the server speaks TLS.',
});

/** By system code: libuv, OpenSSL and undici. */
const REASONS: Readonly<Record<string, Explain>> = {
  ECONNREFUSED: ({ origin }) => ({
    message: `Nothing accepts connections at ${origin}.`,
    next: `Start the server or correct its address: the AEGIS orchestrator listens on port 8088 by default.`,
  }),
  ENOTFOUND: ({ host }) => ({ message: `The host name ${host} does not exist in DNS.`, next: CHECK_ADDRESS }),
  EAI_AGAIN: ({ host }) => ({
    message: `DNS gave no answer for ${host}.`,
    next: 'Check the network and its DNS server, then try again.',
  }),
  EHOSTUNREACH: noRoute,
  ENETUNREACH: noRoute,
  ETIMEDOUT: slow,
  UND_ERR_CONNECT_TIMEOUT: slow,
  ECONNRESET: ({ origin }) => ({
    message: `${origin} closed the connection before it was set up.`,
    next: 'Check that address and scheme are right and that the server is up.',
  }),
  DEPTH_ZERO_SELF_SIGNED_CERT: ({ host }) => ({
    message: `The TLS certificate of ${host} is self-signed and not trusted here.`,
    next: TRUST,
  }),
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  CERT_HAS_EXPIRED: ({ host }) => ({
    message: `The TLS certificate of ${host} has expired.`,
    next: 'Renew the certificate on the server, and check the clock of this machine.',
  }),
  CERT_NOT_YET_VALID: ({ host }) => ({
    message: `The TLS certificate of ${host} is not valid yet.`,
    next: 'Check the clock of this machine.',
  }),
  ERR_TLS_CERT_ALTNAME_INVALID: ({ host }) => ({
    message: `The TLS certificate presented for ${host} belongs to another name.`,
    next: 'Use the host name that the certificate names.',
  }),
  EPROTO: noTls,
  ERR_SSL_WRONG_VERSION_NUMBER: noTls,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: noTls,
};

/** Explains a connection that was never set up. `code` is the system's error code. */
export function explainUnreachable(cause: unknown, code: string, origin: string): Explanation {
  const refused = cause instanceof Error && /^Proxy response \((\d{3})\)/.exec(cause.message);
  if (refused) return proxyRefused(origin, refused[1] ?? '');
  const explain = REASONS[code];
  if (explain !== undefined) return explain({ origin, host: new URL(origin).hostname });
  return {
    message: `No connection to ${origin} (${code}).`,
    next: 'Check the address, the network and the server.',
  };
}

function proxyRefused(origin: string, status: string): Explanation {
  return {
    message: `The proxy refused to connect to ${origin} (HTTP ${status}).`,
    next: 'Check the proxy address and its credentials, or list the host in NO_PROXY.',
  };
}
