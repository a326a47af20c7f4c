import { isRecord, pageLimit, type Call, type Stored } from "./fake.ts";

type Shown = Record<string, unknown>;

const filters = ["agent_id", "provider_id", "type", "q"];

/** A page of Cartesia's numbers according to the query, or what is wrong with the query. */
export function cartesiaPage(
  call: Call,
  all: Stored[],
  show: (stored: Stored) => Shown,
): { data: Shown[]; has_more: boolean } | string {
  const { query } = call;
  const limit = pageLimit(call, { otherwise: 10, max: 100 });
  if (limit === undefined) return "limit must be between 1 and 100";
  const type = query.get("type");
  if (type !== null && type !== "twilio" && type !== "cartesia") return "type must be twilio or cartesia";
  const after = query.get("starting_after");
  const before = query.get("ending_before");
  if (after !== null && before !== null) return "starting_after and ending_before exclude each other";
  // Without filters, only the page is rendered, because an account may have very many numbers.
  const filtered = filters.some((filter) => query.has(filter));
  const items = filtered ? all.filter((item) => wanted(show(item), query)) : all;
  const shown = (from: number, to: number): Shown[] => items.slice(from, to).map(show);
  if (call.repeatPage) return { data: shown(0, limit), has_more: true };
  const cursor = after ?? before;
  const at = items.findIndex((item) => item["id"] === cursor);
  if (cursor !== null && at < 0) return "the cursor names no phone number";
  if (before !== null) {
    const start = Math.max(0, at - limit);
    return { data: shown(start, at), has_more: start > 0 };
  }
  const start = after === null ? 0 : at + 1;
  return { data: shown(start, start + limit), has_more: start + limit < items.length };
}

function wanted(item: Shown, query: URLSearchParams): boolean {
  const agent = isRecord(item["agent"]) ? item["agent"] : {};
  const provider = isRecord(item["provider"]) ? item["provider"] : {};
  const text = query.get("q")?.toLowerCase() ?? "";
  const texts = [item["number"], item["label"], agent["name"]];
  return (
    same(query.get("agent_id"), agent["id"]) &&
    same(query.get("provider_id"), provider["id"]) &&
    same(query.get("type"), provider["type"]) &&
    texts.some((part) => typeof part === "string" && part.toLowerCase().includes(text))
  );
}

const same = (asked: string | null, value: unknown): boolean => asked === null || asked === value;
