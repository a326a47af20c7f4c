import { describe, expect, it } from "vitest";
import type { CallLog } from "../../../src/domain/vendor/call-log.ts";
import { problemOf } from "../opened.ts";
import { e164, type ContractStage } from "./stage.ts";

const noon = Date.parse("2026-08-03T12:00:00.000Z");
const seconds = (count: number): number => noon + count * 1000;
const caller = "+491709876543";

/** What an adapter guarantees of the vendor's log of calls, or that it has none. */
export function callsContract(at: ContractStage): void {
  const { contract, first, front, night } = at;
  const log = async (since = noon, agentIds: readonly string[] = [night, front]): Promise<CallLog> => {
    const query = { number: { id: first, e164: e164(1) }, agentIds, since: new Date(since) };
    const found = await at.account.listCalls?.(query);
    if (!found) throw new Error("the adapter lists no calls");
    return found;
  };
  const arrive = (seconds_: number, agentId = night, rest: object = {}): string =>
    at.sandbox.addCall({ numberId: first, agentId, at: seconds(seconds_), caller, ...rest });

  it("has a log of calls if its vendor's API has one", () => {
    expect(at.account.listCalls === undefined).toBe(contract.hasNoCalls === true);
  });

  describe.skipIf(contract.hasNoCalls)("its log of calls", () => {
    it("has the calls to one number since a time, oldest first, with who answered and how they went", async () => {
      const other = contract.numberId(2);
      const late = arrive(50, night, { status: "active" });
      const wanted = arrive(10, front);
      const failed = arrive(30, night, { status: "failed" });
      arrive(-1);
      arrive(20, night, { numberId: other });
      if (!contract.hidesDirection) arrive(25, night, { direction: "outbound" });
      const { calls, isPartial } = await log();
      expect(isPartial).toBe(false);
      expect(calls).toEqual([
        { id: wanted, startedAt: new Date(seconds(10)), status: "completed", agentId: front },
        { id: failed, startedAt: new Date(seconds(30)), status: "failed", agentId: night },
        { id: late, startedAt: new Date(seconds(50)), status: "active", agentId: night },
      ]);
    });

    it("is empty without calls, and says the vendor's time", async () => {
      const { calls, at: answered } = await log();
      expect(calls).toEqual([]);
      expect(Math.abs((answered?.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
    });

    it("never has who called, what was said, or a recording", async () => {
      arrive(10);
      const text = JSON.stringify(await log());
      expect(at.sandbox.requests.map(({ answer }) => JSON.stringify(answer)).join("")).toContain(caller);
      for (const secret of [caller, caller.slice(1), "appointment", "recording", e164(1)])
        expect(text).not.toContain(secret);
      expect(at.sandbox.requests.map(({ query }) => query).join("")).not.toContain("expand");
    });

    it("goes over several pages", async () => {
      for (let n = 0; n < 230; n += 1) arrive(n);
      const { calls } = await log();
      expect(calls[0]?.startedAt).toEqual(new Date(noon));
      expect(calls.length).toBeGreaterThan(contract.callsAtOnce ?? 200);
    });

    it("says which request the key may not make", async () => {
      const isOfCalls = ({ path }: { path: string }): boolean => /call|conversation/u.test(path);
      at.sandbox.fault(
        { kind: "status", status: 403, body: { message: "no", detail: "no", error: { message: "no" } } },
        { on: isOfCalls },
      );
      const problem = await problemOf(log());
      expect(problem.code).toBe("credentials_rejected");
      expect(problem.message).toMatch(/\((GET|POST) \/\S*(calls?|conversations)\)/u);
    });

    it("is unsupported where an account does not have the route", async () => {
      const body = { message: "no", detail: "no", error: { message: "no" } };
      at.sandbox.fault({ kind: "status", status: 404, body }, { on: "read" });
      expect((await problemOf(log())).code).toBe("unsupported");
    });

    it("is unreadable if no call is as documented", async () => {
      arrive(10);
      for (const field of ["id", "call_id", "conversation_id"])
        at.sandbox.fault({ kind: "missing-field", field }, { on: "read" });
      expect((await problemOf(log())).code).toBe("vendor_response_unreadable");
    });
  });
}
