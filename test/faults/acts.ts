import type { VendorId } from "../../src/domain/vendor/vendor.ts";
import { demoAccount, type VendorSandbox } from "../../src/sandbox/vendors/index.ts";
import { vendors } from "../../src/vendors/index.ts";
import { uuid } from "../support/fixtures.ts";

/** An action on a number of a vendor's demo account, and how to see whether it was made. */
export interface Act {
  readonly vendor: VendorId;
  readonly verb: "reassign" | "override" | "detach" | "rename" | "clear" | "edit" | "undo" | "undo of a name";
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

type Fields = Readonly<Record<string, unknown>>;

/** How a vendor stores its main number in the demo account. */
interface Words {
  readonly vendor: VendorId;
  /** The number as a person types it. */
  readonly number: string;
  readonly numberId: string;
  readonly nameField: string;
  readonly agent: { readonly name: string; readonly id: string };
  /** What changes at the vendor if somebody chooses a third agent there. */
  readonly otherAgent: Fields;
}
const speechifyId = (kind: string, last: string): string => `${kind}_01K4VX8D3N7T2QHMZ6R9YB00${last}`;

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
    ready: "*Now:*",
    numberId,
    elsewhere: { same, other: otherAgent },
    ...rest,
  };
}

const dialnexa: Words = {
  vendor: "dialnexa",
  number: "0147",
  numberId: "phn_c4n8rt2vy6jd",
  nameField: "nickname",
  agent: { name: "Night desk", id: "agt_b3t6vz1rd8hc" },
  otherAgent: { agent_id: "agt_w9x4jf7ls2gn" },
};

const oneinbox: Words = {
  vendor: "oneinbox",
  number: "0104",
  numberId: uuid(101),
  nameField: "friendly_name",
  agent: { name: "Appointments", id: uuid(2) },
  otherAgent: { agent_id: uuid(3) },
};

/** A number whose override decides who answers. */
const override: Words = {
  ...oneinbox,
  number: '"After hours"',
  numberId: uuid(103),
  otherAgent: { inbound_routing: { agent_id: uuid(3) } },
};

const speechify: Words = {
  vendor: "speechify",
  number: "0111",
  numberId: speechifyId("phone", "P1"),
  nameField: "label",
  agent: { name: "Reservations", id: speechifyId("agent", "A2") },
  otherAgent: { agent_id: speechifyId("agent", "A3") },
};

const cartesia: Words = {
  vendor: "cartesia",
  number: "0152",
  numberId: "pn_B6d1Vz5H",
  nameField: "label",
  agent: { name: "Dispatch", id: "agent_7hN4pZc2" },
  otherAgent: { agent: { id: "agent_2mB6tYf1" } },
};

const elevenlabs: Words = {
  vendor: "elevenlabs",
  number: "0105",
  numberId: "phnum_8101k3north2vxq",
  nameField: "label",
  agent: { name: "Meter desk", id: "agent_7702k4meter5q9v" },
  otherAgent: { assigned_agent: { agent_id: "agent_1903k2holds6w4t" } },
};

/** All vendors, with how each stores its main number. */
const everywhere = [dialnexa, oneinbox, speechify, cartesia, elevenlabs];

/** Those that can clear a name. */
const clearing = everywhere.filter(({ vendor }) => vendors[vendor].capabilities.name.clearable);

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
  ...everywhere.flatMap((words) => [reassign(words), detach(words), rename(words, "Named anew")]),
  ...clearing.map((words) => rename(words, null)),
  { ...reassign(override), verb: "override" },
  ...everywhere.flatMap((words) => [undo(reassign(words)), undo(rename(words, "Named anew"))]),
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
  edit(cartesia, {
    fill: ["Provider", "ap_9dK2mQx7"],
    done: (sandbox) => inside(sandbox, cartesia.numberId, "provider", "id") === "ap_9dK2mQx7",
    same: { provider: { type: "cartesia" } },
  }),
  edit(elevenlabs, {
    fill: ["Environment", "staging"],
    done: (sandbox) => inside(sandbox, elevenlabs.numberId, "assigned_agent", "environment") === "staging",
    same: { assigned_agent: { agent_id: "agent_3401k7storm8x2m", environment: "test" } },
  }),
];

/** Every verb at every vendor that supports it. */
export const acts: readonly Act[] = everyAct.map(there);
