/** What may go wrong around SEAL: switched on and off while the sandbox runs. */

/** The faults of one sandbox; a change counts from the next request on. */
export interface SealFaults {
  /** Milliseconds that every attestation takes longer. */
  attestDelay: number;
  /**
   * The orchestrator cannot reach the gateway: it attests all the same (the real one only logs the failure), the
   * gateway does not get to know the session, and the gateway's tools are neither listed nor run.
   */
  gatewayUnreachable: boolean;
  /** `GET /v1/seal/tools` is 500. */
  listingFails: boolean;
}

/** Everything in order. */
export function noFaults(): SealFaults {
  return { attestDelay: 0, gatewayUnreachable: false, listingFails: false };
}
