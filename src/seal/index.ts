/** SEAL: signed tool calls for AEGIS. This folder depends on node, @noble/ed25519 and libsql (files) only. */
export type { AttestationFields, AttestationResult } from './attestation.js';
export { canonicalize, createCanonicalMessage } from './canonical.js';
export type { BrokenLink, JournalReport, Link } from './chain.js';
export { SEALClient, type SEALClientOptions } from './client.js';
export {
  createSealEnvelope,
  type EnvelopeOptions,
  type McpPayload,
  SEAL_PROTOCOL,
  type SealEnvelope,
  serializeEnvelope,
} from './envelope.js';
export {
  SEAL_ERROR_CODES,
  SealError,
  // The name of the published reference.
  SealError as SEALError,
  type SealErrorCode,
  type SealErrorOptions,
} from './errors.js';
export { toolFailure } from './failure.js';
export {
  type CallIdentity,
  type CarriedCall,
  type CarryOptions,
  SealGate,
  type SealGateOptions,
  type SensitiveCall,
} from './gate.js';
export { Journal, type JournalOptions } from './journal.js';
export type { CallQuery, RecordedCall } from './journal-read.js';
export { verifyJournal } from './journal-verify.js';
export { Ed25519Key, verifyEd25519 } from './keys.js';
export type { OutcomeStatus, SealAttempt, SealOutcome, SealRecorder } from './outcome.js';
export type { SealMode, SealPolicyOptions, SealToolCall } from './policy.js';
export type { Finish, Receipt, RestRequest, RestStatement } from './receipt.js';
export {
  type AsyncReplayStore,
  MemoryReplayStore,
  type ReplayStore,
  type SyncReplayStore,
} from './replay.js';
export { type RedisReplayOptions, RedisReplayStore, type RedisSend } from './replay-redis.js';
export { SqliteReplayStore } from './replay-sqlite.js';
export { SealSession } from './session.js';
export type { InvokeOptions, SealSessionOptions, SealTarget } from './session-options.js';
export type { TimestampFormat } from './timestamp.js';
export { type SealRequest, type SealResponse, type SealSend, sendWithFetch } from './transport.js';
export { type VerifyOptions, verifySealEnvelope } from './verify.js';
