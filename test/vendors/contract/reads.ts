import { expect, it } from "vitest";
import { problemOf } from "../opened.ts";
import { named, spoiledReads } from "../faulty-answers.ts";
import { e164, patientMs, type ContractStage } from "./stage.ts";

/** What every adapter guarantees for single reads, and for reads that go wrong. */
export function readsContract(at: ContractStage): void {
  const { contract, first, front, night, open } = at;
  const { numberId, agentId } = contract;

  it("shows a number as the vendor stores it", async () => {
    const number = await at.account.getNumber(first);
    expect(number).toMatchObject({ id: first, e164: e164(1), name: "Number 1", agent: { id: front } });
    expect(number.unbindable).toBeUndefined();
    expect(await at.account.getNumber(numberId(3))).toMatchObject({ name: null, agent: null });
  });

  it("shows an agent as the vendor stores it", async () => {
    expect(await at.account.getAgent(night)).toMatchObject({ id: night, name: "Agent 2" });
  });

  it("throws not_found for an unknown number and an unknown agent", async () => {
    expect((await problemOf(at.account.getNumber(numberId(9999)))).code).toBe("not_found");
    expect((await problemOf(at.account.getAgent(agentId(9999)))).code).toBe("not_found");
  });

  it("accepts a valid key", async () => {
    await expect(at.account.check()).resolves.toBeUndefined();
  });

  it.each(named(spoiledReads))("ends a read that meets $what as $code", async ({ fault, code, slow }) => {
    const timeoutMs = slow ? 50 : patientMs;
    at.sandbox.fault(fault);
    const problems = await Promise.all([
      problemOf(open(timeoutMs).getNumber(first)),
      problemOf(open(timeoutMs).listNumbers()),
    ]);
    const isForbidden = fault.kind === "status" && fault.status === 403;
    const single = (isForbidden && contract.forbidden) || code;
    expect(problems.map((problem) => problem.code)).toEqual([single, code]);
    expect(at.sandbox.requests.length).toBeLessThanOrEqual(6);
  });

  it("retries a read after a temporary fault", async () => {
    at.sandbox.fault({ kind: "drop-before" }, { times: 1 });
    at.sandbox.fault({ kind: "status", status: 503 }, { times: 1 });
    expect(await open(patientMs).getNumber(first)).toMatchObject({ id: first });
    expect(at.sandbox.requests).toHaveLength(3);
  });

  it("sends no request for a caller that has aborted", async () => {
    const problem = await problemOf(at.account.listNumbers(AbortSignal.abort()));
    expect(problem.code).toBe("vendor_unavailable");
    expect(at.sandbox.requests).toEqual([]);
  });

  it("ends a hanging read when its caller aborts", async () => {
    const caller = new AbortController();
    const hears = (): boolean => {
      setImmediate(() => caller.abort());
      return true;
    };
    at.sandbox.fault({ kind: "hang" }, { on: hears });
    expect((await problemOf(at.account.getNumber(first, caller.signal))).code).toBe("vendor_unavailable");
    expect(at.sandbox.requests).toHaveLength(1);
  });
}
