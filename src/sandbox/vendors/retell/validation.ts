import { isRecord, type Account, type Stored } from "../fake.ts";
import { newestVersion, tagsOf } from "./agents.ts";

const invalid = "Invalid request format, please check API reference.";

type Check = (value: unknown) => boolean;
const isText: Check = (value) => typeof value === "string";
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const isListOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const isVersion: Check = (value) =>
  value === undefined ||
  (typeof value === "number" && Number.isInteger(value) && value >= 0) ||
  (typeof value === "string" && /^[a-z0-9_-]{1,20}$/u.test(value));

const isShare = (value: unknown): value is { agent_id: string; agent_version?: unknown; weight: number } =>
  isRecord(value) &&
  isText(value["agent_id"]) &&
  value["agent_id"] !== "" &&
  isVersion(value["agent_version"]) &&
  typeof value["weight"] === "number" &&
  value["weight"] > 0 &&
  value["weight"] <= 1 &&
  Object.keys(value).every((name) => ["agent_id", "agent_version", "weight"].includes(name));

const agentFields = ["inbound_agents", "outbound_agents", "inbound_sms_agents", "outbound_sms_agents"];
const texts = ["termination_uri", "auth_username", "auth_password", "inbound_agent_id", "outbound_agent_id"];
const nullableTexts = [
  "nickname",
  "inbound_webhook_url",
  "inbound_sms_webhook_url",
  "transport",
  "fallback_number",
];

/** The fields of an update, according to its OpenAPI document, and the ones of the former API, which it ignores. */
const fields: Readonly<Record<string, Check>> = {
  ...Object.fromEntries(agentFields.map((name) => [name, orNull(isListOf(isShare))])),
  ...Object.fromEntries(texts.map((name) => [name, orNull(isText)])),
  ...Object.fromEntries(nullableTexts.map((name) => [name, orNull(isText)])),
  allowed_inbound_country_list: orNull(isListOf(isText)),
  allowed_outbound_country_list: orNull(isListOf(isText)),
};

/** What is wrong with an update: its text, or `missing` for an agent, a version or a tag that does not exist. */
export function mistakeOf(
  json: Record<string, unknown>,
  account: Account,
  { phone_number: own }: Stored,
): string | undefined {
  const isValid = Object.entries(json).every(
    ([name, value]) => Object.hasOwn(fields, name) && fields[name]?.(value),
  );
  if (!isValid) return invalid;
  for (const name of agentFields) {
    const shares: unknown[] = Array.isArray(json[name]) ? json[name] : [];
    const agents = shares.filter(isShare);
    const sum = agents.reduce((total, { weight }) => total + weight, 0);
    if (agents.length > 0 && Math.abs(sum - 1) > 1e-6) return "Total weights must add up to 1.";
    if (agents.some((agent) => !isThere(agent, account))) return "missing";
  }
  const fallback = json["fallback_number"];
  if (fallback === own) return "fallback_number cannot be the same as this phone number.";
  const chained = typeof fallback === "string" ? account.numbers.get(fallback)?.["fallback_number"] : null;
  return chained ? "fallback_number already has its own fallback configured." : undefined;
}

function isThere(
  { agent_id: id, agent_version: version }: { readonly agent_id: string; readonly agent_version?: unknown },
  account: Account,
): boolean {
  const agent = account.agents.get(id);
  if (!agent) return false;
  if (typeof version === "number") return version <= newestVersion(agent);
  const isTag = version !== undefined && version !== "latest" && version !== "latest_published";
  return !isTag || tagsOf(agent).includes(version);
}
