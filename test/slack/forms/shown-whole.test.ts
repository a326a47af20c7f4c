import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { auditRow } from "../../../src/cli/audit/audit-row.ts";
import type { Approval } from "../../../src/domain/changes/approval.ts";
import type { Change, Snapshot } from "../../../src/domain/numbers/change.ts";
import { namesakeOf, namesWithNamesakes } from "../../../src/domain/numbers/namesakes.ts";
import { approvalMessage } from "../../../src/slack/approval/approval-message.ts";
import { fromToText } from "../../../src/slack/block-kit/format.ts";
import { vendors } from "../../../src/vendors/index.ts";
import { agentText } from "../../../src/slack/block-kit/agent-text.ts";

const accounts = {
  vendors: Object.values(vendors),
  vendor: (id: keyof typeof vendors) => vendors[id],
  open: () => expect.fail("nothing is opened"),
  forget: () => undefined,
  trial: () => expect.fail("nothing is tried"),
};

function shown(change: Change, seen: Snapshot, labels: Record<string, string> = {}) {
  const approval: Approval = {
    id: "apr_1",
    state: "open",
    wanted: 1,
    expiresAt: new Date(0).toISOString(),
    messages: [],
    asked: {
      changeId: "chg_1",
      key: { connectionId: "con_1", numberId: "pn_1" },
      change,
      seen,
      userId: "U1",
      at: new Date(0).toISOString(),
      e164: "+16175550104",
      name: "Clinic",
      connection: { id: "con_1", vendor: "oneinbox", name: "prod" },
      labels,
    },
  };
  const { blocks } = approvalMessage(approval, accounts);
  return blocks.flatMap((block) => (block.type === "section" && block.text ? [block.text.text] : []));
}

// A10
describe("a request for approval", () => {
  it("has the ids of two agents with the same name", () => {
    const change: Change = { kind: "reassign", agentId: "agent_2", agentName: "dispatch" };
    const text = shown(change, { agent: "agent_1" }, { agent_1: "Dispatch", agent_2: "dispatch" }).join();
    expect(text).toContain("*Dispatch* (`agent_1`) → *dispatch* (`agent_2`)");
  });

  it("has the id of an agent if another agent outside the change has the same name", () => {
    const all = { agent_1: "Front", agent_2: "Dispatch", agent_3: "Dispatch", agent_4: "Night" };
    const labels = namesWithNamesakes(all, ["agent_1", "agent_2"]);
    expect(Object.keys(labels).toSorted()).toEqual(["agent_1", "agent_2", "agent_3"]);
    const text = shown({ kind: "reassign", agentId: "agent_2" }, { agent: "agent_1" }, labels).join();
    expect(text).toContain("*Front* → *Dispatch* (`agent_2`)");
  });

  it("has the ids of agents whose names differ only after the part that is shown", () => {
    const name = "x".repeat(120);
    const text = shown(
      { kind: "edit", fields: { fallback: "a2" } },
      { "field.fallback": "a1" },
      { a1: `${name}1`, a2: `${name}2` },
    ).join();
    expect(text).toContain("`a1`");
    expect(text).toContain("`a2`");
  });

  it("shows a long text completely, now and after, and where it differs", () => {
    const now = `We are closed. ${"Please call again. ".repeat(13)}Press 1.`;
    const after = `${now.slice(0, -8)}Press 2, and pay.`;
    const sections = shown(
      { kind: "edit", fields: { voicemail_message: after } },
      { "field.voicemail_message": now },
    );
    const all = sections.join("\n");
    expect(all).toContain(now);
    expect(all).toContain(after);
    expect(sections[0]).toContain("Press 1.");
    expect(sections[0]).toContain("Press 2, and pay.");
  });

  it("truncates nothing, whatever the values contain", () => {
    const value = fc.string({
      unit: fc.constantFrom("&", "*", "<", "a", " ", "`"),
      minLength: 0,
      maxLength: 1000,
    });
    fc.assert(
      fc.property(value, value, (now, after) => {
        const sections = shown(
          { kind: "edit", fields: { voicemail_message: after } },
          { "field.voicemail_message": now },
        );
        expect(Math.max(...sections.map(({ length }) => length))).toBeLessThanOrEqual(3000);
        const letters = (text: string): number => text.split("a").length;
        if (after.length > 200) {
          const at = sections.indexOf("*Voicemail message, after:*");
          const whole = sections
            .slice(at + 1)
            .filter((text) => text.startsWith("> "))
            .join("");
          expect(letters(whole)).toBe(letters(after));
        }
      }),
    );
  });

  it("says if two values differ only in invisible characters", () => {
    const text = shown(
      { kind: "edit", fields: { voicemail_message: "Hello\u200B there" } },
      { "field.voicemail_message": "Hello there" },
    ).join();
    expect(text).toContain("differs in characters that cannot be seen");
  });
});

// A10
it.each([
  ["Caf\u00E9", "Cafe\u0301"],
  ["Night desk", "Night\u00A0desk"],
  ["Main", "Main "],
  ["Dispatch", "Disp\u0430tch"],
  ["A line", "\uFF21 line"],
  ["\u0391lpha", "Alpha"],
])("says so where people cannot tell %j from %j", (from, to) => {
  expect(fromToText({ name: from }, { name: to }, vendors.oneinbox, {})).toContain(
    "differs in characters that look the same",
  );
});

// A10
it.each([
  ["Dispatch", "Disp\u0430tch"],
  ["Billing", "\u0412illing"],
  ["Front", "Front\u3164"],
])("shows the ids of agents called %j and %j", (name, other) => {
  const labels = { agent_1: name, agent_2: other };
  expect(agentText("agent_1", labels, vendors.oneinbox)).toContain("(`agent_1`)");
  expect(agentText("agent_2", labels, vendors.oneinbox)).toContain("(`agent_2`)");
});

// A10
it.each(["nobody", "NOBODY", "n\u043Ebody", "No agent"])("shows the id of an agent called %j", (name) => {
  expect(agentText("agent_1", { agent_1: name }, vendors.oneinbox)).toContain("(`agent_1`)");
  expect(agentText(null, { agent_1: name }, vendors.oneinbox)).toBe("*nobody*");
});

it("says that a number has no agent, not that nobody answers, where a server may answer", () => {
  const said = Object.values(vendors).map((vendor) => [vendor.id, agentText(null, {}, vendor)]);
  expect(Object.fromEntries(said)).toEqual({
    dialnexa: "*nobody*",
    oneinbox: "*nobody*",
    speechify: "*no agent*",
    cartesia: "*nobody*",
    elevenlabs: "*nobody*",
    retell: "*no agent*",
    vapi: "*no agent*",
  });
});

// A10
it("never shows two values that differ as the same", () => {
  const text = fc.string({ minLength: 1, maxLength: 600 });
  fc.assert(
    fc.property(text, text, text, (start, one, other) => {
      fc.pre(one !== other);
      const [from, to] = [start + one, start + other];
      const [was, is] = fromToText({ name: from }, { name: to }, vendors.oneinbox, {})
        .replace(/^Name: /u, "")
        .split(" → ");
      fc.pre(is !== undefined && !from.includes("→") && !to.includes("→"));
      expect(was).not.toBe(is);
    }),
  );
});

// A10
it("has the ids of agents with the same name in the audit table", () => {
  const row = auditRow(
    {
      kind: "change.requested",
      actor: { kind: "cli", osUser: "root" },
      requestId: "req_1",
      id: "aud_1",
      workspaceId: "T1",
      sequence: 1,
      position: 1,
      at: new Date(0).toISOString(),
      before: { agent: "a1" },
      wanted: { agent: "a2" },
      labels: { a1: "Dispatch", a2: "Dispatch" },
      previousHash: "",
      hash: "",
    },
    { vendor: (id) => vendors[id] },
  );
  expect(row).toContain("agent: Dispatch (a1) → Dispatch (a2)");
});

it("finds agents with the same name among many, and none if there are none", () => {
  const names = Object.fromEntries(Array.from({ length: 50_000 }, (_, at) => [`a${at}`, `Agent ${at}`]));
  expect(namesakeOf("a7", names)).toBeUndefined();
  expect(namesakeOf("a7", { ...names, twin: "agent 7" })).toBe("twin");
  expect(namesakeOf("__proto__", names)).toBeUndefined();
});
