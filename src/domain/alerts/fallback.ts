/**
 * What a proposal has switched and nobody has taken back: a failover that holds, or changes of its incident. How many numbers
 * of a failover is not known once a fail-back has put some of them back. That may have been stopped.
 */
export type Fallback =
  | {
      readonly kind: "run";
      readonly runId: string;
      readonly plan: string;
      readonly numbers?: number;
      readonly isBackStopped?: true;
    }
  | { readonly kind: "changes"; readonly incident: string; readonly numbers: number };
