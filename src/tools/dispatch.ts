/** Dispatch Gateway: the inner loop in one call. */
export const dispatch = {};
