import { isProblem, Problem } from "../../domain/problem/problem.ts";
import { normalizeName } from "../../domain/text/normalize-name.ts";
import type { Agent } from "../../domain/numbers/phone-number.ts";
import type { FieldSpec } from "../../domain/vendor/vendor.ts";
import type { NumberToChange } from "../../operations/change/load-number-to-change.ts";
import type { NumberView } from "../../operations/numbers/get-number.ts";
import { matchAgent, type AgentMatch } from "../../operations/numbers/list-agents.ts";
import { openConnection, type Context } from "../../operations/shared/context.ts";

/** The agent that a text names, which can be assigned. Throws not_found, invalid_input, and why agents are not known. */
export function chosenAgent(text: string, { agent, agentElsewhere, view }: NumberToChange): Agent {
  if (agent === undefined) throw new Problem("invalid_input", "Say which agent.", { field: "agent" });
  if (agent.kind === "unknown") throw agent.problem;
  if (agent.kind === "none" && agentElsewhere)
    throw new Problem(
      "not_found",
      `${view.connection.name} has no agent “${text}”: ${agentElsewhere.agent} belongs to ${agentElsewhere.connection}, and cannot answer this number.`,
      { field: "agent" },
    );
  const only = onlyAgent(text, view.connection.name, agent);
  if (only.unbindable === undefined) return only;
  throw new Problem("invalid_input", `The agent ${only.name} cannot answer a number: ${only.unbindable}.`, {
    field: "agent",
  });
}

function onlyAgent(text: string, connection: string, match: AgentMatch): Agent {
  switch (match.kind) {
    case "one":
      return match.agent;
    case "several": {
      const each = match.agents.map(({ name, id }) => `${name} (${id})`).join(", ");
      throw new Problem("invalid_input", `“${text}” names several agents: ${each}. Give the id.`, {
        field: "agent",
      });
    }
    case "none":
      throw new Problem("not_found", `${connection} has no agent “${text}”.`, {
        field: "agent",
        nearest: match.nearest.map(({ name }) => name),
      });
  }
}

/** The vendor's fields in texts such as `provider=ap_1`; an empty value clears. Throws invalid_input and not_found. */
export async function editedFields(
  ctx: Context,
  set: readonly string[],
  view: NumberView,
): Promise<Record<string, string | null>> {
  const fields = new Map<string, string | null>();
  for (const text of set) {
    const at = text.indexOf("=");
    if (at < 1)
      throw new Problem("invalid_input", `“${text}” is not of the form field=value.`, { field: "set" });
    const spec = fieldNamed(text.slice(0, at), view);
    if (fields.has(spec.id))
      throw new Problem("invalid_input", `${spec.label} is set twice.`, { field: "set" });
    fields.set(spec.id, await valueOf(ctx, spec, text.slice(at + 1), view));
  }
  return Object.fromEntries(fields);
}

function fieldNamed(name: string, { vendor }: NumberView): FieldSpec {
  const typed = normalizeName(name);
  const { fields } = vendor.capabilities;
  const found = fields.find(({ id, label }) => normalizeName(id) === typed || normalizeName(label) === typed);
  if (found) return found;
  const known = fields.map(({ id }) => id).join(", ");
  throw new Problem(
    "invalid_input",
    `${vendor.title} has no field “${name.trim()}” to edit. It has ${known === "" ? "none" : known}.`,
    { field: "set" },
  );
}

async function valueOf(
  ctx: Context,
  { input, label, clearable }: FieldSpec,
  value: string,
  { connection }: NumberView,
): Promise<string | null> {
  if (value === "") {
    if (clearable) return null;
    throw new Problem("invalid_input", `${label} cannot be cleared.`, { field: "set" });
  }
  if (input !== "agent") return value;
  try {
    return onlyAgent(
      value,
      connection.name,
      await matchAgent(await openConnection(ctx, connection.id), value),
    ).id;
  } catch (error) {
    // The vendor's own check of the change decides.
    if (isProblem(error, "vendor_unavailable")) return value;
    throw error;
  }
}
