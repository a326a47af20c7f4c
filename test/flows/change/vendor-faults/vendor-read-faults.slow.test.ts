import { describe, expect, it } from "vitest";
import { vendorIds } from "../../../../src/vendors/index.ts";
import type { Fault } from "../../../../src/sandbox/vendors/index.ts";
import { atVendor, fault, reassign } from "./faulty-responses.ts";
import { typicalOf } from "../typical.ts";

const wrongReads: readonly [what: string, fault: Fault, code: string, words: string][] = [
  ["rejects the key", { kind: "status", status: 401 }, "credentials_rejected", "rejected the API key"],
  ["wants us to wait", { kind: "rate-limit", seconds: 9 }, "rate_limited", "Wait 9 s"],
  ["has a fault", { kind: "status", status: 503 }, "vendor_unavailable", "is down (HTTP 503)"],
  ["hangs up", { kind: "drop-before" }, "vendor_unavailable", "closed the connection"],
  ["never answers", { kind: "hang" }, "vendor_unavailable", "did not answer in time"],
  ["shows a web page", { kind: "html" }, "vendor_response_unreadable", "unreadable response"],
  ["answers by half", { kind: "half-json" }, "vendor_response_unreadable", "unreadable response"],
  ["answers nothing", { kind: "empty-body" }, "vendor_response_unreadable", "unreadable response"],
  ["answers 10 MB", { kind: "huge-body" }, "vendor_response_unreadable", "unreadable response"],
  [
    "leaves a field out",
    { kind: "missing-field" },
    "vendor_response_unreadable",
    "is missing or not as documented",
  ],
  [
    "leads elsewhere",
    { kind: "redirect", to: "http://127.0.0.1:1/" },
    "vendor_response_unreadable",
    "a redirect",
  ],
];

describe.concurrent.each(vendorIds)("when %s, asked who answers,", (vendor) => {
  it.each(atVendor(wrongReads, vendor))(
    "%s, nothing is sent and the person is told",
    async (_what, wrong, code, words) => {
      const timeoutMs = wrong.kind === "hang" ? 400 : 5000;
      const seen = await reassign(vendor, fault(vendor, wrong, "read"), words, undefined, timeoutMs);
      expect(seen).toMatchObject({ patches: 0, outcome: "refused", code });
    },
  );

  it("is down, nothing is sent and the person is told", async () => {
    const seen = await reassign(
      vendor,
      async ({ vendors }) => vendors[vendor].close(),
      "could not be reached",
    );
    expect(seen).toMatchObject({ patches: 0, code: "vendor_unavailable" });
  });

  it("no longer has the agent, nothing is sent and the person is told", async () => {
    const seen = await reassign(
      vendor,
      ({ vendors }) => vendors[vendor].deleteAgent(typicalOf(vendor).agent.id),
      vendor === "cartesia" ? "cannot answer a number: it is deleted" : "has no agent",
    );
    expect(seen).toMatchObject({ patches: 0 });
  });

  it("no longer has the number, nothing is sent and the person is told", async () => {
    const seen = await reassign(
      vendor,
      ({ vendors }) => vendors[vendor].removeNumber(typicalOf(vendor).number.id),
      "has no number",
    );
    expect(seen).toMatchObject({ patches: 0, outcome: "refused", code: "not_found" });
  });
});
