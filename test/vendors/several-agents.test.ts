import { expect, it } from "vitest";
import { agentsText } from "../../src/domain/numbers/answering-agents.ts";
import type { VendorId } from "../../src/domain/vendor/vendor.ts";
import { vendors } from "../../src/vendors/index.ts";
import { key, problemOf } from "./opened.ts";

const several = agentsText([
  { id: "agent_1", share: 0.5 },
  { id: "agent_2", share: 0.5 },
]);
const oneOfSeveral = agentsText([{ id: "agent_1" }, { id: "squad:agent_2" }]);
const twoOfAKind = agentsText([{ id: "agent_1" }, { id: "agent_2" }]);
const inVersion = agentsText([{ id: "agent_1", version: "prod", share: 1 }]);

/** What each vendor takes besides the id of one agent. */
const taken: Readonly<Record<VendorId, readonly string[]>> = {
  dialnexa: [],
  oneinbox: [],
  speechify: [],
  cartesia: [],
  retell: [several, inVersion],
  vapi: [oneOfSeveral],
  elevenlabs: [inVersion],
};

it.each(Object.values(vendors))("$id is sent the id of one agent, unless it knows more", async (vendor) => {
  const account = vendor.open({ api_key: key }, { baseUrl: "http://localhost:1", timeoutMs: 1000 });
  const number = { id: "number_1", e164: "+12125550100", name: null, agent: null, fields: {} };
  for (const agentId of [several, inVersion, oneOfSeveral, twoOfAKind]) {
    const built = async () => account.buildPatch(number, { kind: "reassign", agentId });
    if (taken[vendor.id].includes(agentId)) expect(await built()).toBeDefined();
    else expect((await problemOf(built())).code).toBe("unsupported");
  }
});
