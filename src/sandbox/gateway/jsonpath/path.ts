/** JSONPath (Goessner) as a tree. */

/** What leads from a node to others. `deep` looks at the node and everything below it. */
export interface Step {
  readonly deep: boolean;
  readonly selectors: readonly Selector[];
}

export type Selector =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'all' }
  | { readonly kind: 'slice'; readonly from?: number; readonly to?: number; readonly step?: number }
  | { readonly kind: 'filter'; readonly test: Test };

/** A path from the document (`$`) or, in a filter, from the node it looks at (`@`). */
export interface Path {
  readonly root: '$' | '@';
  readonly steps: readonly Step[];
}

export type Operand = { readonly literal: unknown } | { readonly path: Path };

export type Test =
  | { readonly kind: 'exists'; readonly path: Path }
  | { readonly kind: 'and'; readonly left: Test; readonly right: Test }
  | { readonly kind: 'or'; readonly left: Test; readonly right: Test }
  | {
      readonly kind: 'compare';
      readonly operator: Operator;
      readonly left: Operand;
      readonly right: Operand;
    };

export type Operator = '==' | '!=' | '<' | '<=' | '>' | '>=';
