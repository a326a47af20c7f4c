import { describe, expect, it } from "vitest";
import {
  demoAccount,
  vendorSample,
  vendorSandboxIds,
  type Fault,
  type VendorId,
} from "../../../src/sandbox/vendors/index.ts";
import { startFakeClient, manyNumbers, part, type Answer, type FakeClient } from "./client.ts";

const number = "ap_M4x8Kp2R";
const path = `/agents/phone-numbers/${number}`;
const change = { label: "Changed" };

const nameNow = ({ sandbox }: FakeClient) => sandbox.effective(number).name;

const listPathOf = (vendor: VendorId): string => vendorSample(vendor).listPath;

const traits: Partial<Record<Fault["kind"], string>> = {
  html: "a page",
  "half-json": "cut off",
  "empty-body": "empty",
  "huge-body": "huge",
  redirect: "elsewhere",
};

function trait({ headers, text, json }: Answer): string {
  if (headers.get("location"))
    return headers.get("location") === "http://127.0.0.1:9/x" ? "elsewhere" : "lost";
  if (headers.get("content-type")?.includes("text/html")) return text.startsWith("<!doctype") ? "a page" : "";
  if (text === "") return "empty";
  if (text.length > 5_000_000) return "huge";
  return json === undefined && text.startsWith("{") ? "cut off" : "whole";
}

describe("a fault of a fake", () => {
  it.each([
    ["hang", "Dispatch north", "hanging"],
    ["apply-then-hang", "Changed", "hanging"],
    ["drop-before", "Dispatch north", "dropped"],
    ["drop-after", "Changed", "dropped"],
  ] as const)("%s leaves the caller without an answer", async (kind, name, status) => {
    const one = await startFakeClient("cartesia");
    one.sandbox.fault({ kind });
    const broken = one.patch(path, change).catch(() => "broken");
    await expect.poll(() => one.sandbox.requests[0]?.status).toBe(status);
    expect(nameNow(one)).toBe(name);
    expect(one.sandbox.requests[0]).toMatchObject({ body: change, applied: name === "Changed" });
    await one.sandbox.close();
    expect(await broken).toBe("broken");
  });

  it.each([
    ["apply-then-500", { kind: "apply-then-500" }, 500, "Changed"],
    ["apply-then-500 as a 400", { kind: "apply-then-500", status: 400 }, 400, "Changed"],
    ["status", { kind: "status", status: 503 }, 503, "Dispatch north"],
    ["status with a body", { kind: "status", status: 502, body: "Bad gateway" }, 502, "Dispatch north"],
    ["ignore", { kind: "ignore" }, 200, "Dispatch north"],
    ["html", { kind: "html" }, 200, "Changed"],
    ["half-json", { kind: "half-json" }, 200, "Changed"],
    ["empty-body", { kind: "empty-body" }, 200, "Changed"],
    ["huge-body", { kind: "huge-body" }, 200, "Changed"],
    ["redirect", { kind: "redirect", to: "http://127.0.0.1:9/x" }, 302, "Dispatch north"],
  ] as const)("%s answers as told and applies only what it says", async (_what, fault, status, name) => {
    const one = await startFakeClient("cartesia");
    one.sandbox.fault(fault);
    const answer = await one.patch(path, change);
    expect(answer.status).toBe(status);
    expect(nameNow(one)).toBe(name);
    expect(one.sandbox.requests).toMatchObject([{ status, applied: name === "Changed" }]);
    expect(trait(answer)).toBe(traits[fault.kind] ?? "whole");
  });

  it("delay postpones the request, until the sandbox closes at the latest", async () => {
    const one = await startFakeClient("cartesia");
    one.sandbox.fault({ kind: "delay", ms: 20 }, { times: 1 });
    expect((await one.patch(path, change)).status).toBe(200);
    one.sandbox.fault({ kind: "delay", ms: 60_000 });
    const broken = one.patch(path, { label: "Later" }).catch(() => "broken");
    await expect.poll(() => one.sandbox.requests.length).toBe(2);
    await one.sandbox.close();
    expect(await broken).toBe("broken");
    expect(nameNow(one)).toBe("Changed");
  });

  it("rate-limit gives its time in seconds, as a date or not at all", async () => {
    const { sandbox, get } = await startFakeClient("dialnexa");
    sandbox.fault({ kind: "rate-limit", seconds: 7 }, { times: 1 });
    sandbox.fault({ kind: "rate-limit", retryAfter: "date", seconds: 7 }, { times: 1 });
    sandbox.fault({ kind: "rate-limit", retryAfter: "none" }, { times: 1 });
    const answers = [
      await get(listPathOf("dialnexa")),
      await get(listPathOf("dialnexa")),
      await get(listPathOf("dialnexa")),
    ];
    expect(answers.map((answer) => answer.status)).toEqual([429, 429, 429]);
    const [seconds, date, none] = answers.map((answer) => answer.headers.get("retry-after"));
    expect(seconds).toBe("7");
    expect(date).toMatch(/ GMT$/);
    expect(none).toBeNull();
    expect((await get(listPathOf("dialnexa"))).status).toBe(200);
  });

  it.each(vendorSandboxIds)("repeat-page never ends at %s", async (vendor) => {
    const { sandbox, get } = await startFakeClient(vendor, { accounts: [manyNumbers(8)] });
    sandbox.fault({ kind: "repeat-page" });
    const { listPath, pageSize = "limit", secondPage } = vendorSample(vendor);
    const first = await get(`${listPath}?${pageSize}=5`);
    const cursor = String(part(first.json, "next_cursor"));
    const second = await get(`${listPath}?${pageSize}=5&${secondPage({ limit: 5, cursor, lastId: "n4" })}`);
    const idsIn = (text: string) => text.match(/"n\d"/gu);
    expect(idsIn(first.text)).not.toBeNull();
    expect(idsIn(second.text)).toEqual(idsIn(first.text));
    expect(second.text).toMatch(/"has_more":true|"hasNextPage":true|"total":1000000/);
  });

  it.each(vendorSandboxIds)(
    "missing-field takes a required field out of every number of %s",
    async (vendor) => {
      const { sandbox, get } = await startFakeClient(vendor);
      const { e164 } = demoAccount(vendor).numbers[0] ?? { e164: "" };
      expect((await get(listPathOf(vendor))).text).toContain(e164);
      sandbox.fault({ kind: "missing-field" });
      const answer = await get(listPathOf(vendor));
      expect(answer.status).toBe(200);
      expect(answer.text).not.toContain(e164);
    },
  );

  it("missing-field removes the given field, also from the list itself", async () => {
    const { sandbox, get } = await startFakeClient("speechify");
    sandbox.fault({ kind: "missing-field", field: "has_more" });
    sandbox.fault({ kind: "missing-field", field: "next_cursor" });
    const { json } = await get(listPathOf("speechify"));
    expect(json).toEqual({ numbers: expect.any(Array) as unknown });
  });

  it("affects only the requests it names, and only as often as it says", async () => {
    const one = await startFakeClient("cartesia");
    one.sandbox.fault({ kind: "status", status: 500 }, { on: "write", times: 1 });
    expect((await one.get(path)).status).toBe(200);
    expect((await one.patch(path, change)).status).toBe(500);
    expect((await one.patch(path, change)).status).toBe(200);
    one.sandbox.fault({ kind: "status", status: 502 }, { on: "read" });
    one.sandbox.fault({ kind: "status", status: 503 }, { on: (request) => request.path === "/agents" });
    expect((await one.get("/agents")).status).toBe(502);
    expect((await one.patch(path, change)).status).toBe(200);
    one.sandbox.clearFaults();
    expect((await one.get("/agents")).status).toBe(200);
  });
});

describe("a sandbox", () => {
  it.each(vendorSandboxIds)("starts %s with a demo account and reports its real numbers", async (vendor) => {
    const { sandbox, seed } = await startFakeClient(vendor);
    expect(seed.numbers).toHaveLength(6);
    expect(seed.agents).toHaveLength(4);
    expect(seed.numbers.some((one) => one.agentId === null)).toBe(true);
    for (const one of seed.numbers) {
      const override = part(one.extra, "inbound_routing", "agent_id");
      expect(sandbox.effective(one.id)).toEqual({
        agentId: override ?? one.agentId,
        name: one.name ?? null,
      });
    }
  });

  it("changes and removes a number outside the API, and returns only copies", async () => {
    const { sandbox, get } = await startFakeClient("cartesia");
    sandbox.changeNumber(number, { agent: { id: "agent_5kR9wXd8", name: "ignored" }, label: undefined });
    expect((await get(path)).json).toMatchObject({ agent: { name: "Roadside assistance" } });
    const copy = sandbox.number(number);
    if (copy) copy["number"] = "+1";
    expect(sandbox.number(number)).toMatchObject({ number: "+15125550107" });
    expect(sandbox.number(number)).not.toHaveProperty("label");
    sandbox.removeNumber(number);
    expect((await get(path)).status).toBe(404);
    expect(sandbox.number(number)).toBeUndefined();
    expect(() => sandbox.effective(number)).toThrow("has no number");
  });

  it("records each request as it was encoded, and refuses a body that is too large", async () => {
    const { sandbox, call, get } = await startFakeClient("cartesia");
    await get("/agents/phone-numbers/a%2Fb?q=1&q=2");
    expect(sandbox.requests[0]).toMatchObject({
      method: "GET",
      path: "/agents/phone-numbers/a%2Fb",
      query: "q=1&q=2",
      body: undefined,
      status: 404,
      applied: false,
    });
    expect(sandbox.requests[0]?.headers).toMatchObject({ authorization: "Bearer sk_car_demo" });
    expect((await call("PATCH", path, { label: "x".repeat(1_100_000) })).status).toBe(413);
  });
});
