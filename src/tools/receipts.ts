/** Receipts of the sensitive calls that this server has made, from its own journal: no request is sent. */
import { z } from 'zod';
import { getReceipt, MOST_RECEIPTS } from './actions/receipts.js';
import { action } from './define.js';
import { flag, text } from './shapes.js';

const entry = () =>
  z.looseObject({
    id: z.string(),
    seq: z.int(),
    at: z.string(),
    tool: z.string(),
    via: z.string(),
    outcome: z.string(),
    actor: z.string(),
  });

export const receipts = {
  get_receipt: action({
    title: 'Get receipt',
    description:
      'Reads receipts of sensitive calls that this server made for the acting identity: one by id with what was signed, or the newest. Outcome unknown: nobody here can tell whether the call took effect.',
    toolset: 'seal',
    effect: 'read',
    untrusted: true,
    input: () => ({
      id: text('Id of the receipt. Without it the newest receipts are listed.').min(1).optional(),
      include_envelope: flag(
        'With id: the whole envelope, so that its signature can be verified elsewhere. It holds the security token, which is left out otherwise. Default false.',
      ),
      limit: z
        .int()
        .min(1)
        .max(MOST_RECEIPTS)
        .describe(`Without id: most receipts, 1 to ${MOST_RECEIPTS}. Default 20.`)
        .optional(),
      before: z.int().min(1).describe('Without id: only receipts with a smaller seq.').optional(),
    }),
    output: () =>
      z.looseObject({
        receipt: entry()
          .extend({ public_key: z.string(), signature_valid: z.boolean(), token_withheld: z.boolean() })
          .optional(),
        receipts: z.array(entry()).optional(),
        next_before: z.int().nullish(),
      }),
    run: getReceipt,
  }),
};
