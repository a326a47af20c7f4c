import type { Change, ChangeKind } from "../../src/domain/numbers/change.ts";
import { demoAccount } from "../../src/sandbox/vendors/index.ts";
import { dispatch } from "../support/fixtures.ts";

/** The target of an action: a normal, protected or frozen number of the own workspace, or a number of another one. */
export type Target = "own" | "protected" | "frozen" | "foreign";

export const numbers: Readonly<Record<Target, { id: string; name: string; agent: string | null }>> = {
  own: { id: "pn_B6d1Vz5H", name: "Roadside", agent: "agent_5kR9wXd8" },
  protected: { id: "pn_own2", name: "Guarded line", agent: "agent_5kR9wXd8" },
  frozen: { id: "pn_own3", name: "Icy line", agent: "agent_5kR9wXd8" },
  foreign: { id: "pn_bravo", name: "Bravo line", agent: "agent_bravo1" },
};
export const bravoKey = "sk_car_bravo_5a1c9e7d3b2f";

/** The job in whose name a cell changes a number. The app has none of this name. */
export const triedJob = "tried";

/** A change of each kind, as a job makes it. */
export const changes: Readonly<Record<ChangeKind, Change>> = {
  reassign: { kind: "reassign", agentId: dispatch, agentName: "Dispatch" },
  detach: { kind: "detach" },
  rename: { kind: "rename", name: "Renamed" },
  edit: { kind: "edit", fields: { provider: "ap_9dK2mQx7" } },
};

/** The demo's account with a protected and a frozen number more. */
export function accountOfAlpha() {
  const account = demoAccount("cartesia");
  const more = (["protected", "frozen"] as const).map((target, at) => ({
    id: numbers[target].id,
    e164: `+1206555020${at}`,
    name: numbers[target].name,
    agentId: numbers[target].agent,
    extra: { provider: "ap_3vT8rLw5" },
  }));
  return { ...account, numbers: [...account.numbers, ...more] };
}
