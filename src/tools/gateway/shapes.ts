/** SEAL gateway: arguments and results that its tables share. */
import { z } from 'zod';
import { record } from '../results.js';

export const uuid = (what: string) =>
  z
    .string()
    .regex(/^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/, { error: 'is not a UUID' })
    .describe(what);

export const specId = () => uuid('UUID of the spec, from gateway_list_specs.');

export const CREDENTIAL =
  'as {"kind":"Static","key":"path in the vault"}, or kind SystemJit, HumanDelegated, Auto or UserBound with their members. Names a credential, never holds one.';

/** One global namespace for names, whatever the tenant. */
export const GLOBAL =
  'Names are unique in the whole gateway, not per tenant: the same name replaces what another tenant stored.';

export const named = () => z.looseObject({ id: z.string(), name: z.string() });
export const stored = () => z.looseObject({ id: z.string() });
export const deleted = () => z.looseObject({ deleted: z.boolean() });

/** Acknowledgements, `{deleted: true}` and the like: a success that says nothing of it is one all the same. */
export const isDeleted = (body: unknown) => ({ ...record(body), deleted: holds('deleted', body) });
export const isSaved = (body: unknown) => ({ ...record(body), saved: holds('saved', body) });
export const isUpdated = (body: unknown) => ({ ...record(body), updated: holds('updated', body) });

const holds = (key: string, body: unknown): boolean => record(body)[key] !== false;
