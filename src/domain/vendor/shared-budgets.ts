import type { Bucket, BucketLimit, BucketUser } from "./token-bucket.ts";
import type { Observation } from "./observe-limit.ts";

/** What a replica has sent since its last report, and the tokens that it asks for. */
export interface BudgetReport {
  /** Requests that it sent without asking. Negative if it gives some back. */
  readonly spent: number;
  readonly seen: readonly Observation[];
  readonly take?: TokenRequest | undefined;
}

/** Asks for the tokens of at least `need` requests, and at most `most`. */
export interface TokenRequest {
  readonly who: BucketUser;
  readonly need: number;
  readonly most: number;
}

/** The bucket of an account over all replicas, with times in milliseconds from this moment. */
export interface BudgetAnswer {
  readonly bucket: Bucket;
  /** The requests that this replica may send; 0 if there is no room for `need`. */
  readonly taken: number;
  /** How many replicas are alive. */
  readonly replicas: number;
}

/** The rate limit of one vendor account, shared by all replicas. */
export interface SharedBudget {
  /** Reports and takes tokens in one transaction. Throws not_recorded. */
  exchange(limit: BucketLimit, report: BudgetReport): Promise<BudgetAnswer>;
}

/** The rate limits of all vendor accounts. */
export interface SharedBudgets {
  /** The budget of an account in a workspace. Connections with the same key share it. */
  of(workspaceId: string, account: string): SharedBudget;
}
