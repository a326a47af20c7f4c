import type { AuditEntry } from "../../domain/audit/audit-log.ts";
import { recordedProof } from "../../domain/changes/first-call.ts";
import { agentName } from "../block-kit/agent-text.ts";
import { slackDate } from "../block-kit/blocks.ts";
import { numberTitle } from "../block-kit/number-title.ts";

/** Bad news about the first calls after a change. Numbers of a run are reported where the run is. */
export const firstCallAnnouncements = {
  "proof.contradicted": (entry: AuditEntry): string | undefined => {
    const { contradicted: call } = recordedProof([entry]);
    if (!call || isOfRun(entry)) return undefined;
    return `:warning: A call at ${slackDate(call.startedAt, "{time_secs}")} to ${numberTitle(entry.number ?? {})} was still answered by ${agentName(call.agentId, entry.labels ?? {})}`;
  },
  "proof.failing": (entry: AuditEntry): string | undefined => {
    const { failing } = recordedProof([entry]);
    if (!failing || isOfRun(entry)) return undefined;
    return `:warning: ${failing.failed} of the first ${failing.of} calls of ${agentName(failing.last.agentId, entry.labels ?? {})} to ${numberTitle(entry.number ?? {})} failed`;
  },
};

const isOfRun = ({ details }: AuditEntry): boolean => details?.["run"] !== undefined;
