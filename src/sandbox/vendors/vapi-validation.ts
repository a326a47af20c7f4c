import { isRecord, type Account, type Body, type Stored } from "./fake.ts";

/** What is wrong with an update, and the status of its refusal. */
export interface Refusal {
  readonly mistakes: readonly string[];
  readonly status?: number;
}

/** The properties of every provider's update. */
const common = new Set([
  "assistantId",
  "squadId",
  "workflowId",
  "name",
  "server",
  "hooks",
  "fallbackDestination",
  "provider",
]);

const maxName = 40;
const answerers = [
  ["assistantId", "Assistant", ""],
  ["squadId", "Squad", "squad:"],
  ["workflowId", "Workflow", "workflow:"],
] as const;

/** The mistakes in an update. None if it can be made. */
export function vapiRefusal(body: Body, account: Account, stored: Stored): Refusal {
  if ("unreadable" in body || !isRecord(body.json)) return { mistakes: ["the body must be a JSON object"] };
  const { json } = body;
  const foreign = Object.keys(json)
    .filter((property) => !common.has(property))
    .map((property) => `property ${property} should not exist`);
  const { name, provider } = json;
  const mistakes = [
    ...foreign,
    ...(name === undefined || typeof name === "string" ? [] : ["name must be a string"]),
    ...(typeof name === "string" && Array.from(name).length > maxName
      ? [`name must be shorter than or equal to ${maxName} characters`]
      : []),
    ...(provider === undefined || provider === stored["provider"] ? [] : ["provider cannot be changed"]),
    ...answerers.flatMap(([field]) => {
      const value = json[field];
      const isFine = value === undefined || value === null || typeof value === "string";
      return isFine ? [] : [`${field} must be a string`];
    }),
  ];
  if (mistakes.length > 0) return { mistakes };
  for (const [field, what, prefix] of answerers) {
    const id = json[field];
    if (typeof id !== "string" || account.agents.has(`${prefix}${id}`)) continue;
    return { mistakes: [`${what} with id ${id} not found`], status: 400 };
  }
  return { mistakes: [] };
}
