/** Addresses of the hosted pages, on the sandbox's own loopback address. */

export interface Links {
  checkout(id: string): string;
  portal(id: string): string;
  invoice(id: string): string;
  invoicePdf(id: string): string;
}

/** Links below the base URL, which is asked at each use. */
export function createLinks(base: () => string): Links {
  return {
    checkout: (id) => `${base()}/sandbox/checkout/${id}`,
    portal: (id) => `${base()}/sandbox/portal/${id}`,
    invoice: (id) => `${base()}/sandbox/invoices/${id}`,
    invoicePdf: (id) => `${base()}/sandbox/invoices/${id}/pdf`,
  };
}
