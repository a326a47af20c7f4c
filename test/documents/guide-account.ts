import { demoAccount, type AccountSeed } from "../../src/sandbox/vendors/index.ts";

/** A Cartesia account with the numbers and agents that the guides use in their examples. */
export function guideAccount(): AccountSeed {
  const account = demoAccount("cartesia");
  return {
    ...account,
    agents: [
      ...account.agents,
      { id: "agent_4nB7kLm2", name: "Night Bot" },
      { id: "agent_6mB1qRs9", name: "Main bot" },
    ],
    numbers: [
      ...account.numbers,
      { id: "pn_0mainLn1", e164: "+14155550100", name: "Main line", agentId: "agent_6mB1qRs9" },
      { id: "pn_0suppLn2", e164: "+14155550111", name: "Support line", agentId: "agent_6mB1qRs9" },
      { id: "pn_0lateLn3", e164: "+14155550122", name: "Open until late", agentId: "agent_6mB1qRs9" },
    ],
  };
}
