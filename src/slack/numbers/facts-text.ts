import type { NumberFacts } from "../../domain/numbers/number-facts.ts";
import { escape, slackDate } from "../block-kit/blocks.ts";

/** The facts of a number in one line, in mrkdwn; undefined if its vendor says none. */
export function factsText(facts: NumberFacts = {}): string | undefined {
  const { source, type, capabilities, country, monthlyCost, status, trunk, createdAt, updatedAt } = facts;
  const day = (at: Date): string => slackDate(at, "{date_short_pretty}");
  const parts = [
    source,
    type,
    capabilities?.join(", "),
    country,
    monthlyCost && `${monthlyCost} a month`,
    status,
    trunk && `trunk ${trunk}`,
  ];
  const words = parts.flatMap((part) => (part ? [escape(part)] : []));
  const times = [
    ...(createdAt ? [`created ${day(createdAt)}`] : []),
    ...(updatedAt ? [`last updated ${slackDate(updatedAt, "{date_short_pretty} {time}")}`] : []),
  ];
  const all = [...words, ...times];
  return all.length === 0 ? undefined : all.join(" · ");
}
