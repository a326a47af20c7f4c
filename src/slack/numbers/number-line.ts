import { isUnanswered } from "../../domain/numbers/phone-number.ts";
import type { Vendor } from "../../domain/vendor/vendor.ts";
import type { Restrictions } from "../../operations/access/policy.ts";
import type { ListedNumber } from "../../operations/numbers/listed-number.ts";
import { formatE164 } from "../../operations/shared/format-number.ts";
import { agentText, answersText } from "../block-kit/agent-text.ts";
import { cut, escape } from "../block-kit/blocks.ts";
import { hasName, numberName } from "../block-kit/number-title.ts";

/** A number in one line: what it is called and who answers first, then what stands in the way, its digits and where it is. */
export function numberLine(
  listed: ListedNumber,
  vendor: Vendor,
  restrictions: Restrictions | undefined,
): string {
  const { number, connection } = listed;
  const mark = isUnanswered(number) ? ":warning: " : "";
  const status = number.status && number.status !== "active" ? ` · ${escape(number.status)}` : "";
  const digits = hasName(number) ? ` · ${escape(cut(formatE164(number.e164), 30))}` : "";
  return `${mark}${numberName(number)} → ${answering(listed, vendor)}${status}${restrictionMarks(restrictions)}${digits} · ${escape(connection.name)}`;
}

/** The agent, with its id if the connection has another agent with that name. */
export function answering({ number, labels }: ListedNumber, vendor: Vendor): string {
  const { agent, answeredBy, chooser } = number;
  const isSaid = agent !== undefined || answeredBy !== undefined;
  const answers = isSaid ? answersText(number, labels, vendor) : agentText(agent, labels, vendor);
  if (chooser === undefined) return answers;
  const what = escape(cut(chooser, 100));
  return agent === null
    ? `${answers}, unless ${what} chooses one`
    : `${answers}, unless ${what} chooses another`;
}

/** What stands in the way of a change of a number, in words. */
export function restrictionWords(restrictions: Restrictions | undefined): string[] {
  return [...(restrictions?.freeze ? ["frozen"] : []), ...(restrictions?.isProtected ? ["protected"] : [])];
}

function restrictionMarks(restrictions: Restrictions | undefined): string {
  const marks = [
    restrictions?.freeze ? ":snowflake: frozen" : "",
    restrictions?.isProtected ? ":lock: protected" : "",
  ];
  return marks.map((mark) => (mark ? ` · ${mark}` : "")).join("");
}
