import { agentsIn, isOneOfSeveral } from "../domain/numbers/answering-agents.ts";
import type { Change } from "../domain/numbers/change.ts";
import { ownValue } from "../domain/shared/own-value.ts";
import type { PhoneNumber } from "../domain/numbers/phone-number.ts";
import { Problem } from "../domain/problem/problem.ts";
import type { FieldSpec, VendorCapabilities } from "../domain/vendor/vendor.ts";
import type { PatchBody } from "../domain/vendor/vendor-account.ts";

/** How one vendor writes each kind of change. The values are already validated. */
export interface PatchBuilders {
  /** With `ownAgentId`, the number's own agent is written too, if the vendor stores one separately. */
  reassign(agentId: string, number: PhoneNumber, ownAgentId?: string | null): PatchBody;
  detach(number: PhoneNumber): PatchBody;
  /** `null` clears; only passed if the capabilities allow it. */
  rename(name: string | null): PatchBody;
  /** At least one field, all from the capabilities; `null` clears. */
  edit(fields: Readonly<Record<string, string | null>>): PatchBody;
}

/**
 * Builds the body of the one PATCH that makes a change. Throws unsupported for what the capabilities or the number
 * exclude, and invalid_input for values that are empty or too long.
 */
export function buildPatch(
  vendor: {
    readonly title: string;
    readonly capabilities: VendorCapabilities;
    /** What may answer besides one agent in no certain version. Nothing else unless given. */
    readonly agents?: "several" | "in a version" | "one of several";
  },
  writes: PatchBuilders,
  number: PhoneNumber,
  change: Change,
): PatchBody {
  switch (change.kind) {
    case "reassign":
      if (number.unbindable !== undefined) {
        throw new Problem("unsupported", `No agent can be given to this number: ${number.unbindable}.`);
      }
      if (change.agentId.trim() === "") {
        throw new Problem("invalid_input", "No agent was named.", { field: "agent" });
      }
      checkAgents(vendor, change.agentId);
      return writes.reassign(change.agentId, number, change.ownAgentId);
    case "detach":
      return writes.detach(number);
    case "rename": {
      const name = { id: "name", label: "Name", ...vendor.capabilities.name };
      return writes.rename(allowed(vendor.title, name, change.name));
    }
    case "edit": {
      const fields = Object.entries(change.fields).map(([id, value]) => {
        const spec = vendor.capabilities.fields.find((field) => field.id === id);
        if (!spec) throw new Problem("unsupported", `${vendor.title} has no such field.`, { field: id });
        return [id, allowed(vendor.title, spec, value)] as const;
      });
      if (fields.length === 0) throw new Problem("invalid_input", "No field was given to edit.");
      const body = writes.edit(Object.fromEntries(fields));
      if (change.agentId === undefined) return body;
      checkAgents(vendor, change.agentId);
      return joined(body, writes.reassign(change.agentId, number, change.ownAgentId));
    }
  }
}

/** Requires that the vendor can be sent these agents: their text would otherwise be sent as the id of one. */
function checkAgents({ title, agents }: Parameters<typeof buildPatch>[0], wanted: string): void {
  const found = agentsIn(wanted);
  const isPlain = found.length === 1 && found[0]?.id === wanted;
  const isTaken = {
    none: false,
    several: found.every(({ share }) => share !== undefined),
    "in a version": found.length === 1 && found[0]?.share === 1,
    "one of several": isOneOfSeveral(wanted) && found.every(({ version }) => version === undefined),
  };
  if (isPlain || isTaken[agents ?? "none"]) return;
  const what = agents === "in a version" ? "only one agent" : "only one agent, in no certain version,";
  throw new Problem("unsupported", `${title} lets ${what} answer a number.`, { field: "agent" });
}

/** Merges two bodies. Objects in both are merged. */
function joined(one: PatchBody, other: PatchBody): PatchBody {
  const both = Object.entries(other).map(([key, value]) => {
    const first = ownValue(one, key);
    return [key, isObject(first) && isObject(value) ? { ...first, ...value } : value] as const;
  });
  return { ...one, ...Object.fromEntries(both) };
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

type Limits = Pick<FieldSpec, "id" | "label" | "maxLength" | "clearable">;

function allowed(vendor: string, spec: Limits, value: string | null): string | null {
  if (!value) {
    if (spec.clearable) return null;
    throw new Problem("unsupported", `${vendor} cannot leave "${spec.label}" empty.`, { field: spec.id });
  }
  if (Array.from(value).length > spec.maxLength) {
    const rule = `"${spec.label}" may have at most ${spec.maxLength} characters.`;
    throw new Problem("invalid_input", rule, { field: spec.id });
  }
  return value;
}
