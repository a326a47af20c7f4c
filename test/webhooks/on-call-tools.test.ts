import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { webOnCallTools } from "../../src/webhooks/on-call/on-call-tools.ts";
import type { OnCallTools } from "../../src/domain/access/on-call.ts";
import {
  grafanaKey,
  personalKey,
  stackUrl,
  startGrafana,
  voiceSchedule,
  type FakeGrafana,
} from "../on-call/fake-grafana.ts";
import {
  pagerDutyKey,
  pagingUser,
  startPagerDuty,
  voicePrimary,
  voiceService,
  type FakePagerDuty,
} from "../on-call/fake-pagerduty.ts";

let pagerDuty: FakePagerDuty;
let grafana: FakeGrafana;
let tools: OnCallTools;
beforeAll(async () => {
  [pagerDuty, grafana] = [await startPagerDuty(), await startGrafana()];
  tools = webOnCallTools({ pagerDutyUrl: pagerDuty.url, allowPrivate: true });
});
afterAll(() => {
  pagerDuty.close();
  grafana.close();
});
beforeEach(() => {
  for (const fake of [pagerDuty, grafana]) fake.trouble = undefined;
});

const now = new Date("2026-11-30T23:55:00Z");
const until = new Date("2026-12-01T00:06:00Z");
const atPagerDuty = { tool: "pagerduty", schedule: voicePrimary, key: pagerDutyKey } as const;
const atGrafana = () =>
  ({ tool: "grafana", schedule: voiceSchedule, key: grafanaKey, url: grafana.url, stackUrl }) as const;

describe("PagerDuty", () => {
  it("gives all pages of who is on call, the first level first, and nobody of another schedule", async () => {
    const crowd = Array.from({ length: 101 }, (_, index) => ({ user: `PQ${index}`, level: 2 }));
    pagerDuty.onCalls = [
      ...crowd,
      { user: "PXPGF42", start: "2026-11-30T18:00:00Z", end: "2026-12-01T00:00:00Z" },
      { user: "PEYSGVF", start: "2026-12-01T00:00:00Z", end: "2026-12-01T06:00:00Z" },
      { user: "POTHER1", schedule: "PELSE01" },
    ];
    const shifts = await tools.shifts(atPagerDuty, now, until);
    expect(shifts.slice(0, 3)).toEqual([
      { person: "PXPGF42", from: "2026-11-30T18:00:00Z", until: "2026-12-01T00:00:00Z" },
      { person: "PEYSGVF", from: "2026-12-01T00:00:00Z", until: "2026-12-01T06:00:00Z" },
      { person: "PQ0" },
    ]);
    expect(shifts).toHaveLength(103);
    pagerDuty.onCalls = [];
    expect(await tools.people(atPagerDuty, now)).toEqual([
      { id: "PXPGF42", name: "Omar Haddad" },
      { id: "PEYSGVF", name: "Mia Lang" },
    ]);
  });

  it.each([
    [{ key: "another-key" }, undefined, "credentials_rejected", "does not accept the key"],
    [{ schedule: "PNONE01" }, undefined, "not_found", "knows no such schedule"],
    [{}, { status: 429, body: {} }, "rate_limited", "asks to wait"],
    [{}, { status: 502, body: "<html>" }, "vendor_unavailable", "answered 502"],
    [{}, { status: 200, body: "<html>" }, "vendor_response_unreadable", "cannot read the answer"],
    [{}, { status: 302, body: "", headers: { location: "/elsewhere" } }, "vendor_unavailable", "302"],
  ] as const)("says in words why it cannot be read: %j %j", async (other, trouble, code, words) => {
    pagerDuty.trouble = trouble;
    const asking = tools.people({ ...atPagerDuty, ...other }, now);
    await expect(asking).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
  });
});

describe("a page", () => {
  const page = {
    person: "PXPGF42",
    key: "patchbay-apr_1-1",
    title: "Patchbay waits",
    text: "Approve it in Slack.",
  };
  const paging = { ...atPagerDuty, service: voiceService, from: pagingUser };

  it("is an incident of PagerDuty for one person, once, however often it is sent", async () => {
    const id = await tools.page(paging, page);
    // Its answer was lost, for example.
    expect(await tools.page(paging, page)).toBeUndefined();
    expect(pagerDuty.incidents).toEqual([
      {
        id,
        status: "triggered",
        key: page.key,
        assignee: "PXPGF42",
        title: page.title,
        details: page.text,
      },
    ]);
    await expect(tools.page({ ...paging, from: "else@example.com" }, page)).rejects.toMatchObject({
      message: "PagerDuty answered 400: Requester User Not Found.",
    });
    await expect(tools.page(atPagerDuty, page)).rejects.toMatchObject({ code: "invalid_input" });
  });

  it("is tried as far as PagerDuty says without paging anybody, and its errors are about pages", async () => {
    await tools.checkPaging(paging);
    await tools.checkPaging({ ...atPagerDuty, key: "not asked without a service" });
    await tools.checkPaging(atGrafana());
    await expect(tools.checkPaging({ ...paging, service: "PNONE01" })).rejects.toMatchObject({
      message: "PagerDuty knows no such service for pages.",
    });
    for (const [status, message] of [
      [403, "PagerDuty does not accept the key for pages (403). It may be a read-only one."],
      [404, "PagerDuty knows no such person or service to page."],
    ] as const) {
      pagerDuty.trouble = { status, body: {} };
      await expect(tools.page(paging, page)).rejects.toMatchObject({ message });
    }
  });

  it("is an escalation of Grafana to one person", async () => {
    await tools.page(atGrafana(), { ...page, person: "UC2CHRT5SD34X" });
    expect(grafana.escalations).toEqual(["UC2CHRT5SD34X"]);
  });

  it("is found by its key at PagerDuty while it is open, and closed once, even if the person did that before", async () => {
    const key = "patchbay-apr_2-1";
    const id = (await tools.page(paging, { ...page, key })) ?? "";
    const [one] = pagerDuty.incidents.slice(-1);
    if (one) one.status = "acknowledged";
    expect([await tools.openPage(paging, key), await tools.openPage(paging, "patchbay-apr_2-2")]).toEqual([
      id,
      undefined,
    ]);
    await expect(tools.closePage(atPagerDuty, id)).rejects.toMatchObject({
      message: "PagerDuty answered 400: Requester User Not Found.",
    });
    expect(one?.status).toBe("acknowledged");
    for (const each of [id, id]) await tools.closePage(paging, each);
    // The key may be of another account by now.
    await expect(tools.closePage(paging, "Q0GONE")).rejects.toMatchObject({ code: "not_found" });
    expect([one?.status, await tools.openPage(paging, key)]).toEqual(["resolved", undefined]);
    // A page of the same key is a new one then.
    expect(await tools.page(paging, { ...page, key })).not.toBe(id);
  });

  it("is closed at Grafana with the key of a person alone, which its documents say", async () => {
    const id = (await tools.page(atGrafana(), page)) ?? "";
    expect(await tools.openPage(atGrafana(), page.key)).toBeUndefined();
    await expect(tools.closePage(atGrafana(), id)).rejects.toMatchObject({
      code: "credentials_rejected",
      message: "Grafana IRM does not let this key close pages (403).",
    });
    expect(grafana.groups.get(id)).toBe("firing");
    const asPerson = { ...atGrafana(), key: personalKey, stackUrl: undefined };
    for (const each of [id, id, "IGONE"]) await tools.closePage(asPerson, each);
    expect(grafana.groups.get(id)).toBe("resolved");
    grafana.trouble = { status: 400, body: { detail: "Can't resolve an attached alert group" } };
    await tools.closePage(asPerson, id);
    grafana.trouble = { status: 500, body: "" };
    await expect(tools.closePage(asPerson, id)).rejects.toMatchObject({ code: "vendor_unavailable" });
  });
});

describe("Grafana IRM", () => {
  it("gives the shifts of all pages without following the address of the next one", async () => {
    grafana.pageSize = 1;
    grafana.shifts = [
      { user: "UC2CHRT5SD34X", start: "2026-11-29T20:00:00Z", end: "2026-12-01T00:00:00Z" },
      { user: "U7S8H84ARFTGN", start: "2026-12-01T00:00:00Z", end: "2026-12-02T00:00:00Z" },
    ];
    expect(await tools.shifts(atGrafana(), now, until)).toEqual([
      { person: "UC2CHRT5SD34X", from: "2026-11-29T20:00:00Z", until: "2026-12-01T00:00:00Z" },
      { person: "U7S8H84ARFTGN", from: "2026-12-01T00:00:00Z", until: "2026-12-02T00:00:00Z" },
    ]);
    expect((await tools.people(atGrafana(), now)).map(({ name }) => name)).toEqual([
      "uc2chrt5sd34x",
      "u7s8h84arftgn",
    ]);
  });

  it("is never asked at a private address, unless that is allowed", async () => {
    const careful = webOnCallTools({ pagerDutyUrl: pagerDuty.url, allowPrivate: false });
    const asked = grafana.requests.length;
    await expect(careful.shifts(atGrafana(), now, until)).rejects.toMatchObject({ code: "invalid_input" });
    expect(() => careful.checkUrl("https://127.0.0.1/")).toThrow("private address");
    expect(careful.checkUrl(" https://oncall.example.com/oncall/ ")).toBe(
      "https://oncall.example.com/oncall",
    );
    expect(grafana.requests).toHaveLength(asked);
    await expect(tools.shifts({ ...atGrafana(), key: "glsa_other" }, now, until)).rejects.toMatchObject({
      code: "credentials_rejected",
    });
  });
});
