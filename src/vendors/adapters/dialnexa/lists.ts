import { z } from "zod";
import { parse } from "../../parse.ts";

/** What people call the vendor. */
export const title = "DialNexa";

const counts = z.object({
  total: z.number().nullish(),
  totalPages: z.number().nullish(),
});
const records = z.array(z.unknown());
const page = z.object({ data: records, meta: counts.nullish() });
const newerPage = counts.extend({ items: records });
const newerAgentList = z.object({ agents: records });

/** The records of a list in either format, and the counts that it reports. */
export function readRecords(json: unknown) {
  if (typeof json === "object" && json !== null && "items" in json) {
    const { items, ...said } = parse(title, newerPage, json);
    return { found: items, said };
  }
  const { data, meta } = parse(title, page, json);
  return { found: data, said: meta ?? {} };
}

/** The agents of the newer API, which come all at once. */
export function readNewerAgents(json: unknown) {
  return { found: parse(title, newerAgentList, json).agents, said: { totalPages: 1 } };
}
