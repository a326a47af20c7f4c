import { expect, it } from "vitest";
import type { PhoneNumber } from "../../../src/domain/numbers/phone-number.ts";
import { problemOf } from "../opened.ts";
import { indexes, many, seed, type ContractStage } from "./stage.ts";

/** What every adapter guarantees for lists of numbers and agents. */
export function listsContract(at: ContractStage): void {
  const { contract } = at;
  const { numberId, agentId } = contract;

  it("lists every number of every page once", async () => {
    const numbers = await at.account.listNumbers();
    expect(numbers.map((number) => number.id)).toEqual(indexes().map(numberId));
    expect(at.sandbox.requests).toHaveLength(contract.pages);
  });

  // B10
  it("lists every number and agent of a vendor with smaller pages, with or without a total", async () => {
    at.sandbox.fault({ kind: "page-cap", max: 50 });
    for (const uncounted of [false, true]) {
      // Removes what says that there is more. If nothing else leads to the next page, an error says so.
      if (uncounted)
        for (const field of ["meta", "metadata", "total", "has_more"])
          at.sandbox.fault({ kind: "missing-field", field });
      const lists = [at.account.listNumbers(), at.account.listAgents()];
      for (const list of lists) {
        const ids = (await list).map(({ id }) => id);
        expect(ids).toHaveLength(many);
      }
    }
  });

  // B6
  it("skips an unreadable record of a list, and reports it", async () => {
    const odd = numberId(5);
    for (const field of ["phone_number", "e164", "number"])
      if (field in (at.sandbox.number(odd) ?? {})) at.sandbox.changeNumber(odd, { [field]: null });
    const whys: string[] = [];
    const numbers = await at.account.listNumbers(undefined, undefined, undefined, (why) =>
      whys.push(why.code),
    );
    expect(numbers.map(({ id }) => id)).toEqual(
      indexes()
        .map(numberId)
        .filter((id) => id !== odd),
    );
    expect(whys).toEqual(["vendor_response_unreadable"]);
    expect((await problemOf(at.account.getNumber(odd))).code).toBe("vendor_response_unreadable");
    await expect(at.account.check()).resolves.toBeUndefined();
  });

  // B6, D8
  it("skips an unreadable agent, and shows the id of an agent with an invisible name", async () => {
    const agents = [
      { id: agentId(1), name: " " },
      { id: agentId(2), name: "\u2800\u200b" },
      { id: agentId(3), name: "Odd", extra: { id: null, agent_id: null } },
      { id: agentId(4), name: "Whole" },
    ];
    at.sandbox.addAccount({ ...seed(contract), agents });
    let odd = 0;
    const listed = await at.account.listAgents(undefined, undefined, () => {
      odd += 1;
    });
    expect(listed.map(({ name }) => name)).toEqual([agentId(1), agentId(2), "Whole"]);
    expect(odd).toBe(1);
    expect((await at.account.getAgent(agentId(1))).name).toBe(agentId(1));
  });

  it("passes every number to the caller's transformation", async () => {
    const made = (number: PhoneNumber): PhoneNumber => ({ ...number, name: `kept ${number.id}` });
    const numbers = await at.account.listNumbers(undefined, undefined, made);
    expect(numbers.map(({ name }) => name)).toEqual(indexes().map((n) => `kept ${numberId(n)}`));
  });

  it("lists every agent", async () => {
    const agents = await at.account.listAgents();
    expect(agents.map(({ id, name }) => [id, name])).toEqual(
      indexes().map((n) => [agentId(n), `Agent ${n}`]),
    );
  });

  it("reports a list that repeats itself as unreadable", async () => {
    at.sandbox.fault({ kind: "repeat-page" });
    expect((await problemOf(at.account.listNumbers())).code).toBe("vendor_response_unreadable");
    expect(at.sandbox.requests.length).toBeLessThan(5);
  });
}
