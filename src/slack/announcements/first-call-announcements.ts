import type { AuditEntry } from "../../domain/audit/audit-log.ts";
import { recordedProof } from "../../domain/changes/first-call.ts";
import { ownValue } from "../../domain/shared/own-value.ts";
import { bold, slackDate } from "../block-kit/blocks.ts";
import { numberTitle } from "../block-kit/number-title.ts";

/** Bad news about the first calls after a change. Numbers of a run are reported where the run is. */
export const firstCallAnnouncements = {
  "proof.contradicted": (entry: AuditEntry): string | undefined => {
    const { contradicted: call } = recordedProof([entry]);
    if (!call || isOfRun(entry)) return undefined;
    return `:warning: A call at ${slackDate(call.startedAt, "{time_secs}")} to ${numberTitle(entry.number ?? {})} was still answered by ${agentOf(entry, call.agentId)}`;
  },
  "proof.failing": (entry: AuditEntry): string | undefined => {
    const { failing } = recordedProof([entry]);
    if (!failing || isOfRun(entry)) return undefined;
    return `:warning: ${failing.failed} of the first ${failing.of} calls of ${agentOf(entry, failing.last.agentId)} to ${numberTitle(entry.number ?? {})} failed`;
  },
};

const isOfRun = ({ details }: AuditEntry): boolean => details?.["run"] !== undefined;
const agentOf = ({ labels = {} }: AuditEntry, id: string): string => bold(ownValue(labels, id) ?? id);
