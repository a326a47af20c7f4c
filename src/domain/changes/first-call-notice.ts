import type { ChangeRecord } from "../audit/audit-log.ts";
import type { FirstCallProof, ProofKind } from "./first-call.ts";

/** What is known now about the first calls after a change, for people. */
export interface FirstCallNotice {
  readonly record: ChangeRecord;
  readonly proof: FirstCallProof;
  /** What nobody has been told yet. */
  readonly news: readonly ProofKind[];
  /** Whether the news is said in a message of its own, and not only in the one about the change. */
  readonly isLoud: boolean;
  /** Why Patchbay stopped looking without having seen a call. */
  readonly ended?:
    | { readonly why: "no_call" }
    /** The log could not be read, or not to its end, so there may have been a call. */
    | { readonly why: "unread" }
    | { readonly why: "denied"; readonly words: string }
    /** The key may not read calls, and that was told with another change. */
    | { readonly why: "denied_before" }
    | undefined;
}
