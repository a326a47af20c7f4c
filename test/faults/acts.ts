import type { VendorId } from "../../src/domain/vendor/vendor.ts";
import { demoAccount, type VendorSandbox } from "../../src/sandbox/vendors/index.ts";
import { vendors } from "../../src/vendors/index.ts";
import {
  cartesia,
  dialnexa,
  readings,
  override,
  retell,
  shared,
  vendorWords,
  type Fields,
  type Words,
} from "./vendor-words.ts";

/** An action on a number of a vendor's demo account, and how to see whether it was made. */
export interface Act {
  readonly vendor: VendorId;
  readonly verb:
    | "reassign"
    | "override"
    | "shared"
    | "detach"
    | "rename"
    | "clear"
    | "edit"
    | "undo"
    | "undo of a name";
  /** The action that is made before the fault, and is to be undone. */
  readonly first?: Act;
  /** What is typed after `/number`. */
  readonly line: string;
  /** What the form shows once it is filled in. */
  readonly ready: string;
  readonly fill?: readonly [label: string, value: string];
  readonly numberId: string;
  /** The requested agent, if there is one. */
  readonly agentId?: string;
  /** Whether the number is as requested, as the fake stores it. */
  done(vendor: VendorSandbox): boolean;
  /** What somebody else changes in the same field, and in another one, as the vendor stores it. */
  readonly elsewhere: { readonly same: Fields; readonly other: Fields };
}

function reassign({ vendor, number, numberId, nameField, agent, otherAgent }: Words): Act {
  return {
    vendor,
    verb: "reassign",
    line: `reassign ${number} to ${agent.name} because of a fault`,
    ready: "*After:*",
    numberId,
    agentId: agent.id,
    done: (sandbox) => sandbox.effective(numberId).agentId === agent.id,
    elsewhere: { same: otherAgent, other: { [nameField]: "Renamed elsewhere" } },
  };
}

function detach(words: Words): Act {
  const { number, numberId } = words;
  return {
    ...reassign(words),
    verb: "detach",
    line: `detach ${number}`,
    ready: "*After:*",
    done: (sandbox) => sandbox.effective(numberId).agentId === null,
  };
}

function rename({ vendor, number, numberId, nameField, otherAgent }: Words, name: string | null): Act {
  return {
    vendor,
    verb: name === null ? "clear" : "rename",
    line: `rename ${number} to "${name ?? ""}"`,
    ready: "*After:*",
    numberId,
    done: (sandbox) => sandbox.effective(numberId).name === name,
    elsewhere: { same: { [nameField]: "Renamed elsewhere" }, other: otherAgent },
  };
}

/** The undo of an action that has just taken effect. `done` tells whether the number is as it was before. */
function undo(first: Act): Act {
  const { vendor, numberId, verb } = first;
  const was = demoAccount(vendor).numbers.find(({ id }) => id === numberId);
  const isName = verb === "rename";
  return {
    ...first,
    verb: isName ? "undo of a name" : "undo",
    first,
    line: "undo",
    ...(isName || typeof was?.agentId !== "string" ? {} : { agentId: was.agentId }),
    done: (sandbox) => {
      const { agentId, name } = sandbox.effective(numberId);
      return isName ? name === (was?.name ?? null) : agentId === was?.agentId;
    },
  };
}

function edit(words: Words, about: Pick<Act, "fill" | "done"> & { readonly same: Fields }): Act {
  const { vendor, number, numberId, otherAgent } = words;
  const { same, ...rest } = about;
  return {
    vendor,
    verb: "edit",
    line: `edit ${number}`,
    ready: "Only fields you change are sent",
    numberId,
    elsewhere: { same, other: otherAgent },
    ...rest,
  };
}

/** Those that can clear a name. */
const clearing = vendorWords.filter(({ vendor }) => vendors[vendor].capabilities.name.clearable);

/** A number that no longer exists is not as requested. */
const there = (act: Act): Act => ({
  ...act,
  done: (sandbox) => sandbox.number(act.numberId) !== undefined && act.done(sandbox),
});

/** A field inside a field of the number as the vendor shows it. */
function inside(sandbox: VendorSandbox, id: string, outer: string, inner: string): unknown {
  const part = sandbox.number(id)?.[outer];
  return typeof part === "object" && part !== null ? Reflect.get(part, inner) : undefined;
}

const everyAct: readonly Act[] = [
  ...vendorWords.flatMap((words) => [reassign(words), detach(words), rename(words, "Named anew")]),
  ...clearing.map((words) => rename(words, null)),
  { ...reassign(override), verb: "override" },
  { ...reassign(shared), verb: "shared" },
  ...vendorWords.flatMap((words) => [undo(reassign(words)), undo(rename(words, "Named anew"))]),
  edit(dialnexa, {
    fill: ["Label", "CC-9"],
    done: (sandbox) => sandbox.number(dialnexa.numberId)?.["label"] === "CC-9",
    same: { label: "CC-7" },
  }),
  edit(override, {
    fill: ["Voicemail message", "Back soon."],
    done: (sandbox) =>
      inside(sandbox, override.numberId, "inbound_routing", "voicemail_message") === "Back soon.",
    same: { inbound_routing: { voicemail_message: "Said elsewhere." } },
  }),
  edit(retell, {
    fill: ["Fallback number", "+13055550188"],
    done: (sandbox) => sandbox.number(retell.numberId)?.["fallback_number"] === "+13055550188",
    same: { fallback_number: "+13055550177" },
  }),
  edit(cartesia, {
    fill: ["Provider", "ap_9dK2mQx7"],
    done: (sandbox) => inside(sandbox, cartesia.numberId, "provider", "id") === "ap_9dK2mQx7",
    same: { provider: { type: "cartesia" } },
  }),
  edit(readings, {
    fill: ["Environment", "staging"],
    done: (sandbox) => inside(sandbox, readings.numberId, "assigned_agent", "environment") === "staging",
    same: { assigned_agent: { agent_id: "agent_7702k4meter5q9v", environment: "test" } },
  }),
];

/** Every verb at every vendor that supports it. */
export const acts: readonly Act[] = everyAct.map(there);
