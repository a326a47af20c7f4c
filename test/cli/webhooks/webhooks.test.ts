import { expect, describe, it } from "vitest";
import { z } from "zod";
import { eventDocument } from "../../../src/domain/webhooks/event-document.ts";
import { signedHeaders } from "../../../src/webhooks/sign-event.ts";
import { until } from "../../support/until.ts";
import { startReceiver, type Received } from "../../webhooks/receiver.ts";
import { places, startAppAndCli } from "../control/app-and-cli.ts";

const options = { environment: { WEBHOOKS_ALLOW_PRIVATE: "true" } };
const event = ({ body }: Received) => eventDocument.parse(JSON.parse(body));

/** The signature that a secret gives an event that was received. */
function signatureBy(secret: string, { headers, body }: Received): string {
  const now = new Date(Number(headers["webhook-timestamp"]) * 1_000);
  return signedHeaders({ id: String(headers["webhook-id"]), body, now }, [secret])["webhook-signature"];
}

describe.each(places)("patchbay webhooks, run by %s", (place) => {
  it("adds a webhook whose secret is shown once, lists it without path and secret, and removes it", async () => {
    const { run } = await startAppAndCli(place);
    const added = await run(["webhooks", "add", "https://hooks.example.com/secret-path"]);
    expect(added).toMatchObject({ exitCode: 0, out: expect.stringMatching(/^whsec_[\w+/]{43}=\n$/u) });
    const [, id = ""] = /the webhook (whk_\w+) to https:\/\/hooks\.example\.com\./u.exec(added.err) ?? [];
    const listed = await run(["webhooks", "list"]);
    expect(listed.out).toMatch(/https:\/\/hooks\.example\.com +(?:active|failing)/u);
    expect(listed.out).not.toMatch(/secret-path|whsec/u);
    const rotated = await run(["webhooks", "rotate", id, "--json"]);
    expect(JSON.parse(rotated.out)).toMatchObject({
      webhook: { id },
      secret: expect.stringMatching(/^whsec_/u),
    });
    expect((await run(["webhooks", "resume", id])).exitCode).toBe(3);
    expect((await run(["webhooks", "remove", id])).exitCode).toBe(0);
    expect((await run(["webhooks", "remove", id])).exitCode).toBe(3);
    expect((await run(["webhooks", "list"])).err).toContain("There are no webhooks.");
  });

  it("sends only the kinds of events that are named, and names the known ones for one that is not", async () => {
    const { run } = await startAppAndCli(place);
    const url = "https://hooks.example.com/x";
    const wrong = await run(["webhooks", "add", url, "--only", "change.*,chnage.outcome"]);
    expect(wrong).toMatchObject({ exitCode: 3, out: "" });
    expect(wrong.err).toContain(
      "There is no kind of event “chnage.outcome”. The known ones are change.*, action.*,",
    );
    expect((await run(["webhooks", "list"])).err).toContain("There are no webhooks.");
    const added = await run(["webhooks", "add", url, "--only", "change.*,freeze.set", "--json"]);
    const { webhook } = z
      .object({ webhook: z.object({ id: z.string(), kinds: z.array(z.string()) }) })
      .parse(JSON.parse(added.out));
    expect(webhook.kinds).toEqual(["change.*", "freeze.set"]);
    const filtered = await run(["webhooks", "filter", webhook.id, "token.*", "token.made"]);
    expect(filtered.out).toBe(`The webhook ${webhook.id} gets only token.* from now on.\n`);
    expect((await run(["webhooks", "list"])).out).toMatch(/ token\.\*$/mu);
    expect((await run(["webhooks", "filter", webhook.id, "token.lost"])).err).toContain(
      "The known ones are token.*, token.made, token.revoked, token.expired.",
    );
    expect((await run(["webhooks", "filter", webhook.id])).out).toContain("gets every kind of event");
    expect((await run(["webhooks", "filter", webhook.id])).exitCode).toBe(3);
  });

  it.each([
    ["http://hooks.example.com/x", "It needs https"],
    ["https://169.254.169.254/latest", "It leads to a private address"],
  ])("refuses %s", async (url, why) => {
    const { run } = await startAppAndCli(place);
    const { exitCode, out, err } = await run(["webhooks", "add", url]);
    expect({ exitCode, out }).toEqual({ exitCode: 3, out: "" });
    expect(err).toContain(why);
  });
});

it("sends what is recorded as signed events, in order, without a secret, and with both signatures after a rotation", async () => {
  const receiver = await startReceiver();
  const { run, app } = await startAppAndCli("the server", options);
  const { out: first } = await run(["webhooks", "add", receiver.url]);
  await run(["number", "reassign", "0152", "Dispatch", "--yes", "--because", "it talks nonsense"]);
  const isSent = (kind: string) => receiver.received.some((each) => event(each).data.kind === kind);
  await until("the outcome's event", () => isSent("change.outcome"));
  const listed = z
    .object({ webhooks: z.tuple([z.object({ id: z.string(), state: z.string() })]) })
    .parse(JSON.parse((await run(["webhooks", "list", "--json"])).out));
  const [{ id }] = listed.webhooks;
  const { out: second } = await run(["webhooks", "rotate", id]);
  await until("the rotation's event", () => isSent("webhook.rotated"));

  const events = receiver.received.map(event);
  expect(events.map(({ data: { kind } }) => kind)).toEqual([
    "webhook.added",
    "change.requested",
    "change.outcome",
    "webhook.rotated",
  ]);
  expect(events[2]).toMatchObject({
    type: "patchbay.change.outcome",
    source: "/workspaces/T0PATCH01",
    subject: expect.stringMatching(/^connections\/con_\w+\/numbers\/pn_B6d1Vz5H$/u),
    data: { outcome: "applied", actor: "cli:ops" },
  });
  expect(events.map(({ id: one }) => one)).toEqual((await app.audit()).slice(-4).map(({ id: one }) => one));
  for (const secret of [...app.secrets, first.trim(), second.trim(), "key=1"])
    expect(receiver.received.map(({ body }) => body).join("\n")).not.toContain(secret);
  const [added, , , rotated] = receiver.received;
  if (!added || !rotated) throw new Error("four events were received");
  expect(added.headers["webhook-signature"]).toBe(signatureBy(first.trim(), added));
  expect(rotated.headers["webhook-signature"]).toBe(
    `${signatureBy(second.trim(), rotated)} ${signatureBy(first.trim(), rotated)}`,
  );
});

it("lets only admins see and change them", async () => {
  const { run } = await startAppAndCli("the server");
  for (const command of [["list"], ["add", "https://hooks.example.com/x"], ["remove", "whk_1"]])
    expect((await run(["webhooks", ...command, "--as", "U0OPER001"])).exitCode).toBe(3);
});
