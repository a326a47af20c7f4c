import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { z } from "zod";
import type { AuditEntry } from "../../../src/domain/audit/audit-log.ts";
import { eventDocument, eventOf } from "../../../src/domain/webhooks/event-document.ts";

const entry: AuditEntry = {
  sequence: 7,
  id: "aud_1",
  at: "2026-08-01T12:00:00.000Z",
  workspaceId: "T1",
  position: 3,
  previousHash: "0".repeat(64),
  hash: "1".repeat(64),
  kind: "change.requested",
  actor: { kind: "user", userId: "U1", workspaceId: "T1" },
  requestId: "req_1",
  connection: { id: "con_1", vendor: "cartesia", name: "Prod", fingerprint: "of-the-key" },
  number: { connectionId: "con_1", numberId: "pn/1", e164: "+14155550100", name: null },
  changeId: "chg_1",
  change: "reassign",
  before: { agent: "agent_a" },
  wanted: { agent: "agent_b" },
  details: { channel: "C1", until: undefined },
};

it("makes a CloudEvent of an entry, without fingerprints and hashes", () => {
  const event = JSON.parse(JSON.stringify(eventOf(entry)));
  expect(event).toEqual({
    specversion: "1.0",
    id: "aud_1",
    source: "/workspaces/T1",
    type: "patchbay.change.requested",
    subject: "connections/con_1/numbers/pn%2F1",
    time: "2026-08-01T12:00:00.000Z",
    datacontenttype: "application/json",
    data: {
      kind: "change.requested",
      sequence: 7,
      actor: "U1@T1",
      requestId: "req_1",
      connection: { id: "con_1", vendor: "cartesia", name: "Prod" },
      number: entry.number,
      changeId: "chg_1",
      change: "reassign",
      before: { agent: "agent_a" },
      wanted: { agent: "agent_b" },
      details: { channel: "C1" },
    },
  });
  expect(eventDocument.parse(event)).toEqual(event);
});

it("has its published schema in the docs", () => {
  const published: unknown = JSON.parse(
    readFileSync(new URL("../../../docs/event.schema.json", import.meta.url), "utf8"),
  );
  expect(published).toEqual(JSON.parse(JSON.stringify(z.toJSONSchema(eventDocument))));
});
