import type { FirstCallProof, ProvingCall } from "../../domain/changes/first-call.ts";
import { agentName, type Labels } from "./agent-text.ts";
import { slackDate } from "./blocks.ts";

const time = "{time_secs}";

/** Who answered the first calls after a change, in mrkdwn; empty if nobody knows. `labels` has names for agents. */
export function firstCallLine({ seen, contradicted, failing }: FirstCallProof, labels: Labels): string {
  const at = ({ startedAt }: ProvingCall): string => slackDate(startedAt, time);
  const by = ({ agentId }: ProvingCall): string => agentName(agentId, labels);
  const how = (call: ProvingCall): string =>
    call.status === "failed" ? `reached ${by(call)} and failed` : `was answered by ${by(call)}`;
  const isLater = seen && contradicted && contradicted.startedAt > seen.startedAt;
  const against = contradicted
    ? `:warning: A call at ${at(contradicted)} was still answered by ${by(contradicted)}.`
    : "";
  const which = contradicted && !isLater ? "A later call, at" : "First call seen,";
  const proof = seen ? `:telephone_receiver: ${which} ${at(seen)}, ${how(seen)}.` : "";
  const failures = failing
    ? `:warning: ${failing.failed} of the first ${failing.of} calls of ${by(failing.last)} failed.`
    : "";
  return [against, proof, failures].filter(Boolean).join(" ");
}
