/** Billing: prices, checkout, portal, seats, tiers, invoices. */
export const billing = {};
