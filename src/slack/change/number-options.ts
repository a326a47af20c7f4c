import type { Option } from "@slack/types";
import { formatAgents, type AgentWording } from "../../domain/numbers/answering-agents.ts";
import type { PhoneNumber } from "../../domain/numbers/phone-number.ts";
import { ownValue } from "../../domain/shared/own-value.ts";
import { findNumbers } from "../../operations/numbers/find-numbers.ts";
import { mayOperate, requireRoleAudited } from "../../operations/access/permissions.ts";
import { unreadText, type Unanswered } from "../../operations/numbers/unread-lists.ts";
import { limits } from "../block-kit/blocks.ts";
import type { RequestContext } from "../context/request-context.ts";
import { option } from "../forms/inputs.ts";
import { optionsWaitMs } from "../listener/options-deadline.ts";
import { numberOptionValue } from "../forms/number-option.ts";
import { numberLabel } from "../block-kit/number-title.ts";

/** Cached lists are used at once, whatever their age: the chosen number is read live anyway. */
const wanted = {
  waitMs: optionsWaitMs,
  maxAgeMs: Number.POSITIVE_INFINITY,
  limit: limits.options,
  skipTotal: true,
};
/** The age from which a list's age is shown, in milliseconds. */
const quietAgeMs = 600_000;

/** The value of the option that only says that numbers are still missing. */
export const loadingValue = "loading";

const loadingText = ({ connection, problem }: Unanswered): string =>
  problem.details.loading ? `${connection.name}: still loading…` : `${connection.name}: did not answer`;

/** The numbers that the person may change and that match what was typed: name, digits, agent or connection. */
export async function numberOptions(req: RequestContext, typed: string): Promise<Option[]> {
  const permissions = await requireRoleAudited(req.ctx, "viewer", "see numbers");
  const among = (connectionId: string): boolean => mayOperate(permissions, connectionId);
  const { numbers, unanswered } = await findNumbers(req.ctx, typed, { ...wanted, among });
  const now = req.ctx.now().getTime();
  const unread = unanswered
    .filter((one) => one.asOf === undefined)
    .flatMap((one) => option(loadingText(one), loadingValue, unreadText([one])) ?? [])
    .slice(0, 1);
  const found = await Promise.all(
    numbers
      .slice(0, limits.options - unread.length)
      .map(async ({ key, number, connection, agentName, labels, asOf }) => {
        const { versionWord } = req.deps.accounts.vendor(connection.vendor).capabilities;
        const nameOf = (id: string): string => agentName ?? ownValue(labels, id) ?? id;
        const answers = answersLabel(number, { nameOf, versionWord });
        const ageMs = asOf && now - asOf.getTime();
        const isOld = ageMs !== undefined && (ageMs > quietAgeMs || ageMs < 0);
        const age = isOld ? `${ageText(ageMs)} · ` : "";
        const value = await numberOptionValue(req, key);
        return option(numberLabel(number), value, `${age}${connection.name} · ${answers}`) ?? [];
      }),
  );
  return [...found.flat(), ...unread];
}

/** Who answers a number, in plain text. */
function answersLabel({ agent, answeredBy, chooser }: PhoneNumber, wording: AgentWording): string {
  if (answeredBy !== undefined) return answeredBy;
  const agents = agent ? formatAgents(agent.id, wording) : undefined;
  const answers = agents ?? (agent === null ? "nobody answers" : "agent not said");
  if (chooser === undefined) return answers;
  return agent === null
    ? `no agent, unless ${chooser} chooses one`
    : `${answers}, unless ${chooser} chooses another`;
}

/** An age as text, where Slack shows no dates. */
function ageText(ms: number): string {
  if (ms < 0) return "age unknown";
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 120) return `${minutes} min ago`;
  return minutes < 2_880 ? `${Math.floor(minutes / 60)} h ago` : `${Math.floor(minutes / 1_440)} days ago`;
}
